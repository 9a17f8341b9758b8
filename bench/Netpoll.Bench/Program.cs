using Netpoll.Bench;

return await BenchCommand.RunAsync(args);
