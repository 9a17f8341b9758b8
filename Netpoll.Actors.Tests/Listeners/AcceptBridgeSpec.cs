using System.Net;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>What accepting does when the kernel answers with errors: the answers are the test's, the socket and its readiness are real.</summary>
public sealed class AcceptBridgeSpec : NetpollSpec
{
    private readonly Recorder<object> _told = new();
    private readonly ListenChannel _channel;
    private readonly EventLoopGroup _group;
    private readonly RawClient _client;
    private readonly PollerRef _poller;
    private readonly Admission _admission;
    private Func<AcceptResult> _answer;
    private int _asked;

    public AcceptBridgeSpec(ITestOutputHelper output)
        : base(output)
    {
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        _channel = ListenChannel.Open(NetAddress.FromEndPoint(anyPort), anyPort, SocketOptions.Default);
        _answer = _channel.Accept;
        _group = new EventLoopGroup(1, _ => new EventLoopOptions());
        _poller = new PollerRef(0, _group[0], "none", new PollerTraffic("test"));
        _admission = new Admission(ListenerLimits.None, _group, LoadBalancing.RoundRobin, TimeProvider.System);
        _group.Start();

        // Waits in the queue, so that the socket is readable for as long as nobody really accepts.
        _client = RawClient.Connect(_channel.LocalAddress);
    }

    [Theory]
    [InlineData(Errno.EMFILE)]
    [InlineData(Errno.ENFILE)]
    [InlineData(Errno.ENOBUFS)]
    [InlineData(Errno.ENOMEM)]
    public async Task Out_of_descriptors_or_memory_it_backs_off_and_says_so_once(int errno)
    {
        _answer = () => new AcceptResult(null, null, errno);
        Open();
        await Eventually.Holds(() => Volatile.Read(ref _asked) >= 5, "it tries again");
        Assert.Single(await RestAsync<AcceptSuspended>(), told => told.Error.Contains(Errno.Describe(errno), StringComparison.Ordinal));

        // Between two tries the loop sleeps: it does not hear of the socket, and what wakes it is the timer.
        int asked = Volatile.Read(ref _asked);
        for (int i = 0; i < 1000; i++)
        {
            await OnLoopAsync();
        }

        Assert.InRange(Volatile.Read(ref _asked), asked, asked + 500);

        _answer = _channel.Accept;
        Assert.IsType<AcceptRecovered>(await NextAsync());
        Assert.Single(((Accepted)await NextAsync()).Connections);
        Assert.Empty(_told.Rest());
    }

    [Fact]
    public async Task A_connection_that_took_one_of_the_last_descriptors_is_refused_and_the_next_waits()
    {
        Recorder<object> refusals = new();
        Sys.EventStream.Subscribe(Sys.ActorOf(Spy.Props(refusals)), typeof(ConnectionRefused));
        _answer = () => _asked == 0 ? _channel.Accept() with { ErrorNumber = Errno.EMFILE } : new AcceptResult(null, null, Errno.EMFILE);
        using RawClient next = RawClient.Connect(_channel.LocalAddress);
        Open();
        Assert.IsType<AcceptSuspended>(await NextAsync());
        Assert.Equal(RefusalCause.Descriptors, Assert.IsType<ConnectionRefused>(await refusals.NextAsync()).Cause);
        Assert.Equal((1, 1), (_poller.Traffic.Refused(RefusalCause.Descriptors), _admission.Stats.RefusedForDescriptors));
        Assert.Equal(0, _admission.Stats.Connections);
        Assert.False(_client.ReceiveEnd());

        _answer = _channel.Accept;
        Assert.IsType<AcceptRecovered>(await NextAsync());
        Assert.Single(((Accepted)await NextAsync()).Connections);
        Assert.Empty(refusals.Rest());
    }

    [Fact]
    public async Task The_episode_is_over_when_descriptors_are_back_even_if_nobody_waits_any_more()
    {
        _answer = () => new AcceptResult(null, null, Errno.EMFILE);
        Open();
        Assert.IsType<AcceptSuspended>(await NextAsync());

        // Taken by nobody in between: the socket is not readable any more.
        TaskCompletionSource<AcceptResult> taken = new();
        _answer = () =>
        {
            AcceptResult accepted = _channel.Accept();
            if (accepted.Socket is null)
            {
                return accepted;
            }

            taken.SetResult(accepted);
            return new AcceptResult(null, null, Errno.EMFILE);
        };
        using SocketHandle? socket = (await taken.Task.InTime()).Socket;
        Assert.IsType<AcceptRecovered>(await NextAsync());
    }

    [Fact]
    public async Task One_descriptor_that_comes_free_does_not_end_the_episode_while_others_wait()
    {
        // Every second try finds a descriptor, and the one after it none.
        _answer = () => _asked % 2 == 0 ? _channel.Accept() : new AcceptResult(null, null, Errno.EMFILE);
        List<RawClient> clients = [.. Enumerable.Range(0, 4).Select(_ => RawClient.Connect(_channel.LocalAddress))];
        AcceptBridge bridge = Open();
        List<object> told = [];
        while (told.OfType<Accepted>().Sum(accepted => accepted.Connections.Count) < 5)
        {
            object next = await NextAsync();
            told.Add(next);
            if (next is Accepted)
            {
                _group[0].Execute(bridge.Continue);
            }
        }

        Assert.Single(told.OfType<AcceptSuspended>());
        Assert.True(told.OfType<AcceptRecovered>().Count() <= 1);
        told.OfType<Accepted>().ToList().ForEach(accepted => accepted.Release());
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData(Errno.ECONNABORTED)]
    [InlineData(Errno.EPROTO)]
    public async Task A_connection_that_was_lost_in_the_queue_costs_no_pause_and_no_word(int errno)
    {
        _answer = () => _asked < 10 ? new AcceptResult(null, null, errno) : _channel.Accept();
        Open();
        Assert.Single(((Accepted)await NextAsync()).Connections);
        Assert.Empty(_told.Rest());
    }

    [Fact]
    public async Task Lost_connections_without_end_do_not_keep_the_loop()
    {
        _answer = () => new AcceptResult(null, null, Errno.ECONNABORTED);
        Open();
        await Eventually.Holds(() => Volatile.Read(ref _asked) > 1000, "it is asked again and again");

        // Others have their turn all the while.
        await OnLoopAsync();
        _answer = _channel.Accept;
        Assert.Single(((Accepted)await NextAsync()).Connections);
    }

    protected override void AfterAll()
    {
        _client.Dispose();
        _group[0].Execute(_channel.Close);
        _ = _group.StopAsync();
        base.AfterAll();
    }

    private AcceptBridge Open()
    {
        AcceptBridge bridge = new(
            _poller, _channel, _admission, keepsConnections: false, Sys.ActorOf(Spy.Props(_told)), Sys.EventStream, Answer);
        _poller.Loop.Execute(bridge.Open);
        return bridge;
    }

    private AcceptResult Answer()
    {
        AcceptResult answer = Volatile.Read(ref _answer)();
        Interlocked.Increment(ref _asked);
        return answer;
    }

    private async Task<object> NextAsync()
    {
        object next;
        do
        {
            next = await _told.NextAsync();
        }
        while (next is AcceptOpened);

        return next;
    }

    private async Task<List<T>> RestAsync<T>()
    {
        List<object> all = [await NextAsync(), .. _told.Rest()];
        return [.. all.OfType<T>()];
    }

    private Task OnLoopAsync()
    {
        TaskCompletionSource ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _group[0].Execute(ran.SetResult);
        return ran.Task.InTime();
    }
}
