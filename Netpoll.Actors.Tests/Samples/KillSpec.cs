using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>
/// A server that is killed under load leaves nothing in the kernel that a second start trips over. NETPOLL_TEST_KILLS says how often; a few
/// times by default.
/// </summary>
[Collection(Alone.Name)]
public sealed class KillSpec
{
    private static readonly int s_kills = int.Parse(Environment.GetEnvironmentVariable("NETPOLL_TEST_KILLS") ?? "3", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("epoll")]
    [InlineData("io-uring")]
    [InlineData("poll")]
    public async Task After_a_kill_under_load_the_same_port_serves_again(string backend)
    {
        string address = "tcp://127.0.0.1:0";
        for (int i = 0; i < s_kills; i++)
        {
            using EchoProcess server = await EchoProcess.ServeAsync("--address", address, "--backend", backend, "--serial");
            address = server.Address;
            RawPeer[] peers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.ConnectAsync()));
            TaskCompletionSource[] answered = [.. peers.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
            Task[] load = [.. peers.Zip(answered, AskForEverAsync)];

            // Under load: each has been answered, and asks on.
            await Task.WhenAll(answered.Select(peer => peer.Task)).InTime();
            server.Signal(EchoProcess.Kill);
            await Task.WhenAll(load).InTime();
            await server.FinishAsync();
            Array.ForEach(peers, peer => peer.Dispose());
        }
    }

    private static async Task AskForEverAsync(RawPeer peer, TaskCompletionSource answered)
    {
        try
        {
            while (true)
            {
                await peer.SendAsync(RawPeer.Frame(1024));
                await peer.ReceiveAsync(1028);
                answered.TrySetResult();
            }
        }
        catch (Exception ended) when (ended is IOException or SocketException)
        {
            // IGNORED: this is how it ends.
        }
    }
}
