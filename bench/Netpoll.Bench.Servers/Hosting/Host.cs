using System.Runtime.InteropServices;

namespace Netpoll.Bench.Servers.Hosting;

/// <summary>Runs a server from its start to SIGTERM.</summary>
internal static class Host
{
    /// <summary>Connections that may wait to be accepted, for every server alike: a thousand come at once.</summary>
    public const int Backlog = 4096;

    /// <summary>Returns when it has ended in good order.</summary>
    public static async Task RunAsync(IEchoServer server, string[] arguments)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.TrySetResult();
        });
        (System.Net.IPEndPoint address, IAsyncDisposable running) = await server.StartAsync(arguments);
        await using (running)
        {
            Console.WriteLine($"listening on tcp://{address}");
            await end.Task;
        }
    }
}
