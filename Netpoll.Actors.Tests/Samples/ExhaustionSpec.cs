using System.Diagnostics;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A server that has no descriptor left, as a process of its own: it waits without spinning, and goes on when some come back.</summary>
[Collection(Alone.Name)]
public sealed class ExhaustionSpec
{
    [Fact]
    public async Task C18_Out_of_descriptors_it_costs_no_processor_and_accepts_again_when_some_come_back()
    {
        // The thread of the compiler's tiers comes and goes, each time it needs descriptors. When it finds none, before the reserve is given up or while that is
        // taken back for a try, the runtime ends the process.
        using EchoProcess server = await EchoProcess.ServeAfterAsync("export DOTNET_TieredCompilation=0", "--address", "tcp://127.0.0.1:0", "--pollers", "2");
        int port = NetAddress.Parse(server.Address).Port;

        // Everything that a connection needs is loaded before there is nothing left to load it with.
        for (int i = 0; i < 20; i++)
        {
            using RawPeer warm = await server.ConnectAsync();
            await EchoAsync(warm);
        }

        server.LeaveDescriptors(10);
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

        // As those that were taken in leave, the others come in.
        foreach (RawPeer peer in peers)
        {
            await EchoAsync(peer);
            peer.Dispose();
        }

        using RawPeer last = await server.ConnectAsync();
        await EchoAsync(last);
        last.Dispose();
        server.Signal(EchoProcess.Terminate);
        Assert.Equal((0, "", ""), await server.FinishAsync());
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
