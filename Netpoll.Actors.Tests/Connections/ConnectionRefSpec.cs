using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>What everybody can see of a connection without asking it.</summary>
public sealed class ConnectionRefSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly ConnectionRef _connection = new(ActorRefs.Nobody, NetAddress.Parse("tcp://127.0.0.1:1"), NetAddress.Parse("tcp://127.0.0.1:2"));

    [Fact]
    public async Task C9_A_handler_that_blocks_on_the_token_is_released_when_its_peer_closes()
    {
        const int Connections = 20;
        Recorder<ConnectionRef> released = new();
        Recorder<ConnectionClosed> closes = RecordCloses();
        Script script = new()
        {
            OnRequest = request =>
            {
                request.Connection.Closing.WaitHandle.WaitOne(Eventually.Patience);
                Assert.True(request.Connection.Closing.IsCancellationRequested);
                released.Add(request.Connection);
                request.Complete();
            },
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props));
        RawClient[] clients = [.. Enumerable.Range(0, Connections).Select(_ => RawClient.Connect(address))];
        foreach (RawClient client in clients)
        {
            client.SendFrame([1]);
        }

        await script.Requests.NextAsync(2);
        Array.ForEach(clients, client => client.Dispose());
        await released.NextAsync(Connections);
        await closes.NextAsync(Connections);
    }

    [Fact]
    public void The_token_of_an_ended_connection_is_cancelled()
    {
        _connection.End(CloseReason.PeerClosed, null);
        Assert.True(_connection.Closing.IsCancellationRequested);
    }

    [Fact]
    public async Task The_token_fires_when_the_connection_ends()
    {
        CancellationToken token = _connection.Closing;
        Assert.False(token.IsCancellationRequested);
        Assert.Equal(token, _connection.Closing);
        TaskCompletionSource fired = new();
        using CancellationTokenRegistration registration = token.Register(fired.SetResult);
        _connection.End(CloseReason.LocalClose, null);
        await fired.Task.InTime();
    }

    [Fact]
    public void The_first_reason_stays_and_nothing_changes_once_it_is_told()
    {
        Assert.True(_connection.IsActive);
        _connection.End(CloseReason.PeerClosed, null);
        _connection.End(CloseReason.LocalAbort, new NotSupportedException());
        Assert.False(_connection.IsActive);
        TimeoutException late = new();
        _connection.Explain(late);
        Ending told = _connection.Settle(CloseReason.Shutdown, null);
        Assert.Equal((CloseReason.PeerClosed, late), (told.Reason, told.Error));
        _connection.Explain(new NotSupportedException());
        Assert.Same(told, _connection.Settle(CloseReason.Shutdown, null));
    }

    [Fact]
    public void Threads_that_settle_at_once_are_told_the_same()
    {
        for (int round = 0; round < 1000; round++)
        {
            ConnectionRef connection = new(ActorRefs.Nobody, _connection.RemoteAddress, _connection.LocalAddress);
            Ending?[] told = new Ending?[4];
            Parallel.For(0, told.Length, i =>
            {
                connection.Explain(new TimeoutException());
                told[i] = connection.Settle((CloseReason)i, null);
            });
            Assert.Single(told.Distinct(ReferenceEqualityComparer.Instance));
        }
    }
}
