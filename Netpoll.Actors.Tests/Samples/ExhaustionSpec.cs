using System.Diagnostics;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A server that has no descriptor left, as a process of its own: it waits without spinning, and goes on when some come back.</summary>
[Collection(Alone.Name)]
public sealed class ExhaustionSpec
{
    /// <summary>Descriptors that go to no connection.</summary>
    private const int Kept = 16;

    [Fact]
    public async Task C18_Out_of_descriptors_it_costs_no_processor_and_accepts_again_when_some_come_back()
    {
        using EchoProcess server = await EchoProcess.ServeAfterAsync("ulimit -n 1024", "--address", "tcp://127.0.0.1:0", "--pollers", "2");
        int port = NetAddress.Parse(server.Address).Port;

        server.LeaveDescriptors(Kept + 10);
        List<RawPeer> peers = [];
        for (int i = 0; i < 60; i++)
        {
            peers.Add(await server.ConnectAsync());
        }

        await Eventually.Holds(() => ProcNetTcp.WaitingAt(port) >= 30, "the server has run out of descriptors");

        // Over times long enough to hold several tries. The compiler may still be at work in the first; a loop that spins never rests.
        double share = 1;
        for (int i = 0; i < 8 && share >= 0.05; i++)
        {
            share = await ShareOfProcessorAsync(server, TimeSpan.FromSeconds(3));
        }

        Assert.True(share < 0.05, $"it took {share:P1} of a processor");
        Assert.True(ProcNetTcp.WaitingAt(port) >= 30);

        // The runtime has some of what is kept for it.
        Assert.InRange(server.FreeDescriptors, Kept / 2, int.MaxValue);

        // As those that were taken in leave, the others come in.
        int refused = 0;
        foreach (RawPeer peer in peers)
        {
            refused += await IsServedAsync(peer) ? 0 : 1;
            peer.Dispose();
        }

        // Who got one of the last descriptors, because something else took one in the same moment, was refused.
        Assert.InRange(refused, 0, Kept);

        using RawPeer last = await server.ConnectAsync();
        await EchoAsync(last);
        last.Dispose();
        server.Signal(EchoProcess.Terminate);
        Assert.Equal((0, "", ""), await server.FinishAsync());
    }

    private static async Task<bool> IsServedAsync(RawPeer peer)
    {
        try
        {
            await EchoAsync(peer);
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return false;
        }
    }

    private static async Task<double> ShareOfProcessorAsync(EchoProcess server, TimeSpan during)
    {
        TimeSpan before = server.ProcessorTime;
        long started = Stopwatch.GetTimestamp();
        await Task.Delay(during);
        return (server.ProcessorTime - before) / Stopwatch.GetElapsedTime(started);
    }

    private static async Task EchoAsync(RawPeer peer)
    {
        byte[] frame = RawPeer.Frame(10);
        await peer.SendAsync(frame);
        Assert.Equal(frame, await peer.ReceiveAsync(frame.Length));
    }
}
