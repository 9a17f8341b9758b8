using System.Diagnostics;
using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>What has gone wrong elsewhere. <c>N</c> and a number: a fault that netpoll's users reported; <c>C</c>: one of netpoll's tests.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionRegressionSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Script _script = new();

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task C8_A_handler_may_send_as_soon_as_it_is_connected(HandlerScheduling scheduling)
    {
        _script.OnConnected = (_, connection) => connection.Send("welcome"u8);
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props, scheduling));
        using RawClient client = RawClient.Connect(address);
        Assert.Equal("welcome"u8.ToArray(), client.ReceiveFrame());
    }

    [Fact]
    public async Task C71_A_socket_is_closed_once_whatever_is_told_afterwards()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props));
        for (int i = 0; i < 50; i++)
        {
            using RawClient client = RawClient.Connect(address);
            ConnectionRef connection = await NextConnectedAsync();
            for (int again = 0; again < 3; again++)
            {
                connection.Close();
                connection.Send([1]);
                connection.PauseReading();
                connection.ResumeReading();
                connection.CloseOutput();
                connection.Actor.Tell(Detach.Instance, ActorRefs.NoSender);
                connection.Abort();
            }

            // A descriptor closed twice would be this one, which has the next free number.
            using RawClient other = RawClient.Connect(address);
            await closes.NextAsync();
            other.SendFrame([2]);
            Assert.Equal([2], other.ReceiveFrame());
            other.Dispose();
            await closes.NextAsync();
            await NextConnectedAsync();
        }
    }

    [Fact]
    public async Task N304_A_peer_that_closes_just_as_its_request_ends_leaves_nothing_behind()
    {
        using TempDirectory directory = new();
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync($"unix://{directory.Path}/s", HandlerSource.PerConnection(_script.Props));
        for (int i = 0; i < 200; i++)
        {
            using RawClient client = RawClient.Connect(address);
            client.SendFrame([1]);
            if (i % 2 == 0)
            {
                client.ReceiveFrame();
            }
        }

        await closes.NextAsync(200);
        await Eventually.TrueAsync(() => _script.Stopped == 200);
        await Eventually.Holds(() => Sys.Netpoll().Pollers.Sum(poller => poller.Loop.ChannelCount) == 1, "only the listener's socket is left");
    }

    [Fact]
    public async Task N80_A_paused_connection_with_unread_input_costs_no_processor_time()
    {
        _script.OnConnected = (_, connection) => connection.PauseReading();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props, HandlerScheduling.Serial));
        RawClient[] clients = [.. Enumerable.Range(0, 4).Select(_ => RawClient.Connect(address))];
        List<HandlerEvent> connected = await _script.Events.NextAsync(clients.Length);
        foreach (HandlerEvent one in connected)
        {
            await SettleAsync(one.Connection!.Actor);
        }

        foreach (RawClient client in clients)
        {
            client.Send(new byte[100]);
            client.Socket.Shutdown(SocketShutdown.Both);
        }

        // The runtime has work of its own now and then; a loop that spins does so all the time.
        TimeSpan used = Eventually.Patience;
        for (int i = 0; i < 20 && used > TimeSpan.FromMilliseconds(250); i++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            await Task.Delay(500);
            used = Process.GetCurrentProcess().TotalProcessorTime - before;
        }

        Assert.True(used < TimeSpan.FromMilliseconds(250), $"{used} of processor time in half a second of nothing to do");
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public void N419_Keep_alive_is_the_kernels_and_set_as_asked()
    {
        SocketOptions options = new() { KeepAlive = TimeSpan.FromMinutes(2), KeepAliveInterval = TimeSpan.FromMilliseconds(2500), KeepAliveCount = 4 };
        using SocketHandle set = new(SocketCalls.CreateStream(SocketCalls.AF_INET).Value);
        SocketFactory.PrepareStream(set, isTcp: true, options);
        Assert.Equal(1, SocketCalls.GetOption(set.Descriptor, Platform.Current.SO_KEEPALIVE).Value);
        Assert.Equal(120, SocketCalls.GetOption(set.Descriptor, Platform.Current.TCP_KEEPIDLE).Value);
        Assert.Equal(3, SocketCalls.GetOption(set.Descriptor, Platform.Current.TCP_KEEPINTVL).Value);
        Assert.Equal(4, SocketCalls.GetOption(set.Descriptor, Platform.Current.TCP_KEEPCNT).Value);

        using SocketHandle unset = new(SocketCalls.CreateStream(SocketCalls.AF_INET).Value);
        SocketFactory.PrepareStream(unset, isTcp: true, SocketOptions.Default);
        Assert.Equal(0, SocketCalls.GetOption(unset.Descriptor, Platform.Current.SO_KEEPALIVE).Value);
    }

    [Fact]
    public void Settings_that_nobody_made_cost_a_connection_no_clock() =>
        Assert.False(ListenerOptions.Default.ToSettings(Netpoll.Actors.Framing.Codecs.LengthField()).Limits.NeedClock);

    private async Task<ConnectionRef> NextConnectedAsync()
    {
        while (true)
        {
            HandlerEvent what = await _script.Events.NextAsync();
            if (what.What == "connected")
            {
                return what.Connection!;
            }
        }
    }
}
