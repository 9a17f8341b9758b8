using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>What happens in one round, and in which order: told by a poller that the test scripts.</summary>
public sealed class EventLoopRoundSpec : IAsyncLifetime
{
    private const int Budget = 10;

    private readonly ScriptedPoller _poller = new();
    private readonly TestLoop _loop;
    private readonly List<string> _log = [];
    private readonly List<ConnectedPair> _pairs = [];

    public EventLoopRoundSpec() => _loop = new TestLoop(new EventLoopOptions { MaxWorkItemsPerRound = Budget, MaxEventsPerWait = 4 }, _poller);

    public Task InitializeAsync()
    {
        _poller.UntilParked();
        _poller.OnWait = timeout => _log.Add(timeout == 0 ? "look" : "park");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _loop.DisposeAsync();
        _pairs.ForEach(pair => pair.Dispose());
        _poller.Dispose();
    }

    [Fact]
    public async Task Outputs_are_flushed_once_a_request_at_the_end_of_the_round()
    {
        Output output = new(() => _log.Add("flush"));
        await RunInOneRound(() =>
        {
            _log.Add("work");
            _loop.Loop.RequestFlush(output);
            _loop.Loop.Execute(() => _log.Add("more work"));
        });
        Assert.Equal(["work", "more work", "flush", "park"], _log);

        _log.Clear();
        await RunInOneRound(() => _log.Add("work"));
        Assert.Equal(["work", "park"], _log);
    }

    [Fact]
    public async Task Outputs_are_flushed_in_the_order_of_their_requests()
    {
        await RunInOneRound(() =>
        {
            for (int i = 0; i < 5; i++)
            {
                int number = i;
                _loop.Loop.RequestFlush(new Output(() => _log.Add($"flush {number}")));
            }
        });
        Assert.Equal(["flush 0", "flush 1", "flush 2", "flush 3", "flush 4", "park"], _log);
    }

    [Fact]
    public async Task A_flush_that_requests_another_gets_it_in_a_round_of_its_own_without_sleeping()
    {
        int left = 3;
        Output? output = null;
        output = new Output(() =>
        {
            _log.Add("flush");
            if (--left > 0)
            {
                _loop.Loop.RequestFlush(output!);
            }
        });
        await RunInOneRound(() => _loop.Loop.RequestFlush(output));
        Assert.Equal(["flush", "look", "flush", "look", "flush", "park"], _log);
    }

    [Fact]
    public async Task A_flush_that_gives_work_has_it_run_without_sleeping()
    {
        await RunInOneRound(() => _loop.Loop.RequestFlush(new Output(() => _loop.Loop.Execute(() => _log.Add("work")))));
        Assert.Equal(["look", "work", "park"], _log);
    }

    [Fact]
    public async Task The_work_of_an_event_runs_before_the_next_event()
    {
        ulong[] tokens = await AddChannels(3, name =>
        {
            _log.Add("event " + name);
            _loop.Loop.Execute(() => _log.Add("work " + name));
            _loop.Loop.RequestFlush(new Output(() => _log.Add("flush " + name)));
        });
        Deliver(tokens);
        Assert.Equal(
            ["event 0", "work 0", "event 1", "work 1", "event 2", "work 2", "flush 0", "flush 1", "flush 2", "park"], _log);
    }

    [Fact]
    public async Task Work_that_never_ends_starves_no_socket()
    {
        bool isOver = false;
        int worked = 0;
        void Again()
        {
            worked++;
            if (!isOver)
            {
                _loop.Loop.Execute(Again);
            }
        }

        ulong[] tokens = await AddChannels(1, _ =>
        {
            _log.Add($"event after {worked}");
            isOver = true;
        });
        await _loop.RunAsync(Again);
        _poller.Deliver(new PollEvent(tokens[0], PollReadiness.Readable));
        _poller.UntilParked();
        Assert.Contains(_log, line => line.StartsWith("event after", StringComparison.Ordinal));
        Assert.InRange(worked, 1, (_log.Count(line => line == "look") + 2) * Budget);
    }

    [Fact]
    public async Task Work_that_never_ends_starves_no_other_thread()
    {
        bool isOver = false;
        void Again()
        {
            if (!isOver)
            {
                _loop.Loop.Execute(Again);
            }
        }

        await _loop.RunAsync(Again);
        await _loop.RunAsync(() => isOver = true);
        _poller.UntilParked();
    }

    [Fact]
    public async Task The_budget_is_for_the_whole_round_and_all_events_are_delivered_all_the_same()
    {
        int worked = 0;
        ulong[] tokens = await AddChannels(3, name =>
        {
            _log.Add($"event {name} after {worked}");
            for (int i = 0; i < 8; i++)
            {
                _loop.Loop.Execute(() => worked++);
            }
        });
        Deliver(tokens);
        Assert.Equal(["event 0 after 0", "event 1 after 8", "event 2 after 10", "look", "look", "park"], _log);
        Assert.Equal(24, worked);
    }

    [Fact]
    public async Task An_event_of_a_channel_that_an_earlier_one_of_the_same_wait_has_closed_reaches_nobody()
    {
        ulong[] tokens = await AddChannels(2, name =>
        {
            _log.Add("event " + name);
            _pairs.ForEach(pair => pair.Near.Close());
        });
        Deliver(tokens);
        Assert.Equal(["event 0", "park"], _log);
        Assert.Equal(0, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
    }

    private async Task RunInOneRound(Action action)
    {
        await _loop.RunAsync(action);
        _poller.UntilParked();
    }

    private void Deliver(ulong[] tokens)
    {
        _poller.UntilParked();
        _log.Clear();
        _poller.Deliver(Array.ConvertAll(tokens, token => new PollEvent(token, PollReadiness.Readable)));
        _poller.UntilParked();
    }

    private async Task<ulong[]> AddChannels(int count, Action<int> whenReadable)
    {
        await _loop.RunAsync(() =>
        {
            for (int i = 0; i < count; i++)
            {
                int name = i;
                ConnectedPair pair = ConnectedPair.Unix();
                _pairs.Add(pair);
                _loop.Loop.Add(pair.Near, new RecordingReceiver { WhenReadable = () => whenReadable(name) });
            }
        });
        return _poller.Tokens;
    }

    private sealed class Output(Action flush) : IFlushable
    {
        public void Flush() => flush();
    }
}
