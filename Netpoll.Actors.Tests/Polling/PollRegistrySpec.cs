using System.ComponentModel;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>Who gets an event: nobody but the one it is for.</summary>
public sealed class PollRegistrySpec : IDisposable
{
    private readonly FakePoller _poller = new();
    private readonly PollRegistry _registry;

    public PollRegistrySpec() => _registry = new PollRegistry(_poller);

    public void Dispose() => _poller.Dispose();

    [Fact]
    public void An_event_reaches_the_target_of_its_token()
    {
        Target[] targets = [new(), new(), new()];
        ulong[] tokens = Array.ConvertAll(targets, target => _registry.Add(target, 5, PollInterest.Read));
        Assert.Equal(3, tokens.Distinct().Count());
        Assert.Equal(3, _registry.Count);
        _registry.Dispatch(new PollEvent(tokens[1], PollReadiness.Readable));
        Assert.Equal([0, 1, 0], Array.ConvertAll(targets, target => target.Events));
    }

    [Fact]
    public void An_event_of_a_target_that_has_gone_reaches_nobody()
    {
        Target gone = new();
        ulong token = _registry.Add(gone, 5, PollInterest.Read);
        _registry.Remove(token, 5, suspended: false);
        _registry.Dispatch(new PollEvent(token, PollReadiness.Readable));
        Assert.Equal((0, 0), (gone.Events, _registry.Count));
    }

    [Fact]
    public void A_stale_event_does_not_reach_the_one_that_took_the_place()
    {
        List<ulong> stale = [];
        for (int generation = 0; generation < 100; generation++)
        {
            Target old = new();
            ulong token = _registry.Add(old, 5, PollInterest.Read);
            Assert.DoesNotContain(token, stale);
            stale.Add(token);
            _registry.Remove(token, 5, suspended: false);
        }

        Target now = new();
        ulong current = _registry.Add(now, 5, PollInterest.Read);
        stale.ForEach(token => _registry.Dispatch(new PollEvent(token, PollReadiness.HangUp)));
        Assert.Equal(0, now.Events);
        _registry.Dispatch(new PollEvent(current, PollReadiness.Readable));
        Assert.Equal(1, now.Events);
    }

    [Fact]
    public void A_target_that_is_removed_while_events_are_dispatched_hears_no_more_of_them()
    {
        Target second = new();
        ulong secondToken = 0;
        Target first = new() { WhenReady = () => _registry.Remove(secondToken, 6, suspended: false) };
        ulong firstToken = _registry.Add(first, 5, PollInterest.Read);
        secondToken = _registry.Add(second, 6, PollInterest.Read);
        _registry.Dispatch(new PollEvent(firstToken, PollReadiness.Readable));
        _registry.Dispatch(new PollEvent(secondToken, PollReadiness.Readable));
        Assert.Equal((1, 0), (first.Events, second.Events));
    }

    [Theory]
    [InlineData(0x0000_0000_7FFF_FFFFUL)]
    [InlineData(0x0000_0000_FFFF_FFFFUL)]
    [InlineData(0x0000_0001_0000_0000UL)]
    [InlineData(PollRegistry.ReservedToken)]
    public void A_token_that_nobody_was_given_reaches_nobody(ulong token)
    {
        Target target = new();
        _registry.Add(target, 5, PollInterest.Read);
        _registry.Dispatch(new PollEvent(token, PollReadiness.Readable));
        Assert.Equal(0, target.Events);
    }

    [Fact]
    public void Thousands_of_registrations_in_random_order_keep_apart()
    {
        const int Seed = 12;
        Random random = new(Seed);
        Dictionary<ulong, Target> present = [];
        List<ulong> gone = [];
        for (int step = 0; step < 20_000; step++)
        {
            if (present.Count == 0 || random.Next(100) < 52)
            {
                Target target = new();
                Assert.True(present.TryAdd(_registry.Add(target, 5, PollInterest.Read), target), $"seed {Seed}, step {step}");
            }
            else
            {
                ulong token = present.Keys.ElementAt(random.Next(Math.Min(present.Count, 10)));
                _registry.Remove(token, 5, suspended: random.Next(2) == 0);
                present.Remove(token);
                gone.Add(token);
            }
        }

        Assert.Equal(present.Count, _registry.Count);
        gone.ForEach(token => _registry.Dispatch(new PollEvent(token, PollReadiness.Readable)));
        Assert.All(present.Values, target => Assert.Equal(0, target.Events));
        foreach (ulong token in present.Keys)
        {
            _registry.Dispatch(new PollEvent(token, PollReadiness.Readable));
        }

        Assert.All(present.Values, target => Assert.Equal(1, target.Events));
        Assert.True(present.Values.ToHashSet().SetEquals(_registry.Snapshot().Cast<Target>()));
    }

    [Fact]
    public void A_refused_registration_leaves_nothing_behind()
    {
        _poller.Answer = SysResult.Failure(Errno.ENOMEM);
        Win32Exception refused = Assert.Throws<Win32Exception>(() => _registry.Add(new Target(), 5, PollInterest.Read));
        Assert.Equal(Errno.ENOMEM, refused.NativeErrorCode);
        Assert.Equal(0, _registry.Count);
        Assert.Empty(_registry.Snapshot());

        _poller.Answer = SysResult.Success();
        _registry.Add(new Target(), 5, PollInterest.Read);
        Assert.Equal(1, _registry.Count);
    }

    [Fact]
    public void A_change_that_the_kernel_refuses_is_a_bug_and_is_thrown()
    {
        ulong token = _registry.Add(new Target(), 5, PollInterest.Read);
        _poller.Answer = SysResult.Failure(Errno.EBADF);
        Assert.Throws<Win32Exception>(() => _registry.Modify(token, 5, PollInterest.Write));
        Assert.Throws<Win32Exception>(() => _registry.Suspend(5));
        Assert.Throws<Win32Exception>(() => _registry.Resume(token, 5, PollInterest.Write));
        Assert.Throws<Win32Exception>(() => _registry.Remove(token, 5, suspended: false));
    }

    [Fact]
    public void What_is_suspended_is_out_of_the_poller_and_comes_back_with_its_token()
    {
        Target target = new();
        ulong token = _registry.Add(target, 5, PollInterest.Read);
        _registry.Suspend(5);
        _registry.Resume(token, 5, PollInterest.Write);
        _registry.Suspend(5);
        _registry.Remove(token, 5, suspended: true);
        Assert.Equal([$"add 5 Read {token}", "remove 5", $"add 5 Write {token}", "remove 5"], _poller.Calls);
        Assert.Equal(0, _registry.Count);
    }

    private sealed class Target : IPollable
    {
        public int Events { get; private set; }

        public Action? WhenReady { get; init; }

        public void OnReady(PollReadiness readiness)
        {
            Events++;
            WhenReady?.Invoke();
        }
    }

    private sealed class FakePoller : IPoller
    {
        public SysResult Answer { get; set; }

        public List<string> Calls { get; } = [];

        public SysResult Add(int descriptor, PollInterest interest, ulong token) => Say($"add {descriptor} {interest} {token}");

        public SysResult Modify(int descriptor, PollInterest interest, ulong token) => Say($"modify {descriptor} {interest} {token}");

        public SysResult Remove(int descriptor) => Say($"remove {descriptor}");

        public int Wait(Span<PollEvent> events, int timeoutMillis) => 0;

        public void Wake()
        {
        }

        public void Dispose()
        {
        }

        private SysResult Say(string call)
        {
            Calls.Add(call);
            return Answer;
        }
    }
}
