using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Faults of loops, listeners and dialling that netpoll's users met; the numbers are those of its reports. CONFORMANCE.md has the others.</summary>
public sealed class LoopRegressionSpec
{
    [Fact]
    public async Task N52_N54_The_collector_ends_no_loop_and_closes_no_socket_that_one_has()
    {
        (NetAddress address, Task completion) = ListenAndForget();
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, address.Port).InTime();
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).InTime());
        }

        Assert.False(completion.IsCompleted);
        using (Socket last = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await last.ConnectAsync(IPAddress.Loopback, address.Port).InTime();
            await last.SendAsync(new byte[1]).InTime();
        }

        await completion.InTime();
    }

    [Fact]
    public async Task N107_A_stop_does_not_wait_for_connections_that_are_busy_or_idle()
    {
        TestLoop loop = new();
        using ConnectedPair idle = ConnectedPair.Tcp();
        using ConnectedPair busy = ConnectedPair.Tcp();
        RecordingReceiver never = new();
        await loop.RunAsync(() =>
        {
            loop.Loop.Add(idle.Near, never);

            // Readable all the time, because nobody reads.
            loop.Loop.Add(busy.Near, never);
        });
        busy.FarSocket.SendByte();
        await Eventually.Holds(() => never.Readable > 10, "it is busy");
        await loop.DisposeAsync();
        Assert.False(idle.Near.IsOpen || busy.Near.IsOpen);
    }

    [Fact]
    public async Task N142_N166_N200_What_is_closed_is_off_its_loop()
    {
        await using TestLoop loop = new();
        for (int i = 0; i < 100; i++)
        {
            using ConnectedPair pair = ConnectedPair.Unix();
            RecordingReceiver receiver = new();
            await loop.RunAsync(() =>
            {
                loop.Loop.Add(pair.Near, receiver);
                pair.Near.Close();
            });
        }

        Assert.Equal(0, await loop.RunAsync(() => loop.Loop.ChannelCount));
    }

    [Fact]
    public async Task N277_N280_N283_N351_Sockets_that_come_and_go_at_once_never_hear_of_each_other()
    {
        // Numbers are reused at once; each receiver may hear of its own pair alone, and the byte in it is its own.
        await using TestLoop loop = new();
        for (int round = 0; round < 50; round++)
        {
            List<Task<byte>> heard = [];
            for (byte i = 0; i < 20; i++)
            {
                heard.Add(EchoOnceAsync(loop, (byte)(i + 1)));
            }

            Assert.Equal(Enumerable.Range(1, 20).Select(i => (byte)i), await Task.WhenAll(heard));
        }

        Assert.Equal(0, await loop.RunAsync(() => loop.Loop.ChannelCount));
    }

    private static async Task<byte> EchoOnceAsync(TestLoop loop, byte value)
    {
        ConnectedPair pair = ConnectedPair.Unix();
        TaskCompletionSource<byte> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RecordingReceiver receiver = new()
        {
            WhenReadable = () =>
            {
                using Poller.Buffers.LinkBuffer input = new();
                pair.Near.Receive(input, out _);
                pair.Near.Close();
                heard.TrySetResult(input.TryReadByte(out byte read) ? read : (byte)0);
            },
        };
        await loop.RunAsync(() => loop.Loop.Add(pair.Near, receiver));
        pair.FarSocket.SendByte(value);
        byte result = await heard.Task.InTime();
        pair.Far.Close();
        return result;
    }

    // In a method of its own, so that nothing on the stack keeps the loop or its listener.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (NetAddress Address, Task Completion) ListenAndForget()
    {
        EventLoop loop = new();
        loop.Start();
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        ListenChannel channel = ListenChannel.Open(NetAddress.FromEndPoint(anyPort), anyPort, Poller.Sockets.SocketOptions.Default);
        loop.Execute(() => loop.Add(channel, new Closer(loop, channel)));
        return (channel.LocalAddress, loop.Completion);
    }

    /// <summary>Closes whoever comes; a sixth visitor ends the loop.</summary>
    private sealed class Closer(EventLoop loop, ListenChannel channel) : IAcceptReceiver
    {
        private int _visitors;

        public void OnAcceptable()
        {
            while (channel.Accept().Socket is { } socket)
            {
                socket.Dispose();
                if (++_visitors == 6)
                {
                    _ = loop.StopAsync();
                    return;
                }
            }
        }
    }
}
