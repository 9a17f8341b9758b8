using Echo.Verbs;

return await EchoCommand.RunAsync(args);
