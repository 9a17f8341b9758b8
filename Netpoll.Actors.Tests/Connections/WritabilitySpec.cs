using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Whether a connection says truly that its peer takes what it is sent.</summary>
public sealed class WritabilitySpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int FrameBytes = 2000;

    [SkippableFact]
    public async Task What_is_sent_before_the_connection_hears_of_room_does_not_make_it_unwritable_for_ever()
    {
        Skip.If(TestBackend.DefaultName == "io-uring", "A ring sends by itself: there is no call in whose place a test could put another.");
        TaskCompletionSource<ConnectionRef> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Recorder<bool> changes = new();
        Script script = new()
        {
            OnConnected = (_, connection) => connected.SetResult(connection),
            OnWritabilityChanged = (_, isWritable) => changes.Add(isWritable),
        };
        (IActorRef listener, _) = await ListenAsync(
            HandlerSource.PerConnection(script.Props), new ListenerOptions { OutputHighWaterBytes = FrameBytes / 2 });
        ConnectedPair pair = ConnectedPair.Tcp();
        StickyChannel channel = new(pair.FarSocket);
        using Socket peer = pair.NearSocket.ToSocket();
        await listener.Ask<Adopted>(new AdoptSocket(channel, NetAddress.UnnamedUnix), Eventually.Patience);
        ConnectionRef connection = await connected.Task.InTime();
        connection.Send(new byte[FrameBytes]);
        Assert.False(await changes.NextAsync());

        // As the first frame leaves, another one comes: the connection deals with it before it hears that there is room.
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.TakeOnce(() =>
        {
            connection.Send(new byte[FrameBytes]);
            left.SetResult();
        });
        await left.Task.InTime();
        await SettleAsync(connection.Actor);
        Assert.False(connection.IsWritable);
        channel.TakeOnce(() => { });

        Assert.True(await changes.NextAsync());
        Assert.True(connection.IsWritable);
    }

    /// <summary>Takes nothing, unless it is told to: then once whatever it is given.</summary>
    private sealed class StickyChannel(SocketHandle socket) : StreamChannel(socket, NetAddress.UnnamedUnix)
    {
        private Action? _taken;

        /// <param name="taken">Called on the loop, before it knows that the bytes have left.</param>
        public void TakeOnce(Action taken) => Volatile.Write(ref _taken, taken);

        internal override SysResult CallSend(ReadOnlySpan<IoVector> vectors)
        {
            Action? taken = Interlocked.Exchange(ref _taken, null);
            SysResult sent = taken is null ? SysResult.Failure(Errno.EAGAIN) : base.CallSend(vectors);
            taken?.Invoke();
            return sent;
        }
    }
}
