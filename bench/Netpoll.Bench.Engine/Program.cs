using Netpoll.Bench.Engine;

return await EngineBenchCommand.RunAsync(args);
