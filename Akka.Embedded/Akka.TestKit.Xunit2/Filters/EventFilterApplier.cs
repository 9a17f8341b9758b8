using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Puts filters up, runs code, and waits for the lines.</summary>
internal sealed class EventFilterApplier(TestKitBase testKit, ActorSystem system, IReadOnlyList<Predicate<object>> filters) : IEventFilterApplier
{
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
            if (expected > 0)
                await filter.WhenReached(expected).WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (filter.Count < expected)
        {
            testKit.FailBecause($"Timeout ({wait}) while waiting for messages. Only received {filter.Count}/{expected} messages that matched the filter.");
        }
        finally
        {
            _listener.Remove(filter);
        }

        if (filter.Count > expected)
            testKit.FailBecause($"Received {filter.Count - expected} messages more than the {expected} that were expected.");
    }

    private sealed class Muted(TestEventListener listener, ActiveFilter filter) : IUnmutableFilter
    {
        public void Unmute() => listener.Remove(filter);

        public void Dispose() => Unmute();
    }
}
