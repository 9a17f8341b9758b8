using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting nothing, one of several, or several.</content>
public abstract partial class TestKitBase
{
    /// <summary>Nothing may come, for as long as one message may take.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) => Blocking.Wait(ExpectNoMsgAsync(cancellationToken).AsTask());

    /// <summary>Nothing may come, for as long as one message may take.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) => NoMessageAsync(RemainingOrDefault, cancellationToken);

    /// <summary>Nothing may come.</summary>
    /// <param name="duration">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) => Blocking.Wait(ExpectNoMsgAsync(duration, cancellationToken).AsTask());

    /// <summary>Nothing may come.</summary>
    /// <param name="duration">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) => NoMessageAsync(Dilated(duration), cancellationToken);

    /// <summary>Nothing may come.</summary>
    /// <param name="milliseconds">How long to wait, in milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) => Blocking.Wait(ExpectNoMsgAsync(milliseconds, cancellationToken).AsTask());

    /// <summary>Nothing may come.</summary>
    /// <param name="milliseconds">How long to wait, in milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) => ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Takes messages until one fits; the others are dropped.</summary>
    /// <param name="isMessage">Whether one fits.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Blocking.Wait(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    /// <summary>Takes messages until one fits; the others are dropped.</summary>
    /// <param name="isMessage">Whether one fits.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Takes messages until one of this type fits; the others are dropped.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="isMessage">Whether one fits.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Blocking.Wait(FishForMessageAsync<T>(isMessage, max, hint, cancellationToken));

    /// <summary>Takes messages until one of this type fits; the others are dropped.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="isMessage">Whether one fits.</param>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishAsync(isMessage, RemainingOrDilated(max), hint, cancellationToken);

    /// <summary>The next message, which must be one of these.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="messages">What it may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsgAnyOf<T>(
        IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAnyOfAsync<T>(messages, cancellationToken));

    /// <summary>The next message, which must be one of these.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="messages">What it may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(
        IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(null, null, (actual, _) => FailWith.AssertTrue(messages.Contains(actual), "<{0}> is none of the expected messages.", actual), cancellationToken);

    /// <summary>All of these messages, in any order.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="messages">The messages.</param>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf((IReadOnlyCollection<T>)messages);

    /// <summary>All of these messages, in any order.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var received = ReceiveN(messages.Count, cancellationToken);
        // Each that came is one that was expected, so that "a" and "b" are not "a" twice.
        var unexpected = received.ToList();
        var missing = messages.Where(message => !unexpected.Remove(message!)).ToList();
        FailWith.AssertTrue(missing.Count == 0, "Not found: [{0}], but [{1}]", string.Join(", ", missing), string.Join(", ", unexpected));
        return [.. received.OfType<T>()];
    }

    private async ValueTask NoMessageAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var envelope = await TakeAsync(duration, cancellationToken).ConfigureAwait(false);
        FailWith.AssertTrue(envelope is NullMessageEnvelope, "Expected no message during {0}, instead we received {1}", duration, envelope);
        _lastWasNoMsg = true;
    }

    private async ValueTask<T> FishAsync<T>(Predicate<T> isMessage, TimeSpan max, string hint, CancellationToken cancellationToken)
    {
        var end = EndOf(max);
        while (true)
        {
            var envelope = await TakeAsync(Left(end), cancellationToken).ConfigureAwait(false);
            if (envelope is NullMessageEnvelope)
                FailWith.Fail("Timeout ({0}) during FishForMessage. {1}", max, hint);
            if (envelope.Message is T message && isMessage(message))
                return message;
        }
    }
}
