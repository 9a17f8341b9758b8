namespace Akka.TestKit;

/// <summary>A filter that can be taken away again.</summary>
public interface IUnmutableFilter : IDisposable
{
    /// <summary>Takes it away.</summary>
    void Unmute();
}

/// <summary>Expects lines of the log while code runs. The lines are not printed.</summary>
public interface IEventFilterApplier
{
    /// <summary>Adds another filter: a line fits if any of them fits.</summary>
    EventFilterFactory And { get; }

    /// <summary>Runs code during which one line must fit.</summary>
    /// <param name="action">The code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    void ExpectOne(Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs code during which one line must fit.</summary>
    /// <param name="timeout">How long to wait for it.</param>
    /// <param name="action">The code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs code during which so many lines must fit.</summary>
    /// <param name="expectedCount">How many; 0 for none.</param>
    /// <param name="action">The code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs code during which so many lines must fit.</summary>
    /// <param name="expectedCount">How many; 0 for none.</param>
    /// <param name="timeout">How long to wait for them.</param>
    /// <param name="action">The code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    /// <summary>Runs code during which one line must fit.</summary>
    /// <param name="actionAsync">The code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);

    /// <summary>Runs code during which so many lines must fit.</summary>
    /// <param name="expectedCount">How many; 0 for none.</param>
    /// <param name="actionAsync">The code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default);

    /// <summary>Keeps lines that fit from being printed while code runs.</summary>
    /// <param name="action">The code.</param>
    /// <param name="cancellationToken">Not looked at.</param>
    void Mute(Action action, CancellationToken cancellationToken = default);

    /// <summary>Keeps lines that fit from being printed.</summary>
    /// <returns>Takes the filter away.</returns>
    IUnmutableFilter Mute();
}
