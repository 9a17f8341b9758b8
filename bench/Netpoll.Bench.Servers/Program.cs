using Netpoll.Bench.Servers;
using Netpoll.Bench.Servers.Hosting;

// One of the servers that the bench compares: NAME [ARGUMENTS]. Prints where it listens and serves until SIGTERM.
if (args.Length > 0 && Catalogue.All.TryGetValue(args[0], out IEchoServer? server))
{
    await Host.RunAsync(server, args[1..]);
    return 0;
}

Console.Error.WriteLine($"usage: Netpoll.Bench.Servers {string.Join('|', Catalogue.All.Keys)}");
return 2;
