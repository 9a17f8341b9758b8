using Echo.Display;
using Echo.Load;
using Echo.Serving;
using Netpoll.Poller.Sockets;

namespace Echo.Verbs;

/// <summary>No verb: server and load in one process.</summary>
internal static class DemoVerb
{
    public static async Task<int> RunAsync()
    {
        using var signals = new ShutdownSignals();
        await using EchoServer server = await EchoServer.StartAsync(new ServeOptions { Address = NetAddress.Tcp("127.0.0.1", 0) });
        var client = new LoadClient(new LoadOptions { Address = server.Address });
        Task<LoadResult> run = client.RunAsync(signals.Requested);
        await LoadDisplay.ShowAsync(client, run, $"{server.Address}", "server and client");
        return (await run).Errors == 0 ? EchoCommand.Success : EchoCommand.LoadFailed;
    }
}
