using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Puts filters up, runs code, and waits for the lines.</summary>
internal sealed class EventFilterApplier(TestKitBase testKit, ActorSystem system, IReadOnlyList<LogFilter> filters) : IEventFilterApplier
{
    // As Akka.NET's: long enough to see a line too many that follows on the last.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly TestEventListener _listener = TestEventListener.Of(system)
        ?? throw new InvalidOperationException($"The logger of {system} is not the test event listener: name it in akka.loggers.");

    public EventFilterFactory And => new(testKit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Expect(expectedCount, testKit.TestKitSettings.TestEventFilterLeeway, action, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) => Blocking.Wait(
        ExpectAsync(
            expectedCount,
            timeout,
            () =>
            {
                action();
                return Task.CompletedTask;
            },
            cancellationToken));

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) => ExpectAsync(1, actionAsync, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(expectedCount, testKit.TestKitSettings.TestEventFilterLeeway, actionAsync, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default)
    {
        using (Mute())
            action();
    }

    public IUnmutableFilter Mute()
    {
        var filter = new ActiveFilter(filters);
        _listener.Add(filter);
        return new Muted(_listener, filter);
    }

    private async Task ExpectAsync(int expected, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken)
    {
        var filter = new ActiveFilter(filters);
        var wait = testKit.Dilated(timeout);
        _listener.Add(filter);
        try
        {
            await action().ConfigureAwait(false);
            // Where none is expected, the first one ends the wait.
            var enough = Math.Max(expected, 1);
            await TestKitBase.ComesTrueAsync(() => Task.FromResult(filter.Count >= enough), wait, s_interval, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _listener.Remove(filter);
        }

        var count = filter.Count;
        if (count < expected)
            testKit.FailBecause($"Timeout ({wait}) while waiting for messages. Only received {count}/{expected} that matched filter [{string.Join(", ", filters)}]");
        if (count > expected)
            testKit.FailBecause($"Expected {expected} messages but received {count} that matched filter [{string.Join(", ", filters)}]");
    }

    private sealed class Muted(TestEventListener listener, ActiveFilter filter) : IUnmutableFilter
    {
        public void Unmute() => listener.Remove(filter);

        public void Dispose() => Unmute();
    }
}
