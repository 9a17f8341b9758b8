using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting the next message.</content>
public abstract partial class TestKitBase
{
    /// <summary>The next message, which must be of this type.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="duration">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsg<T>(
        TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync<T>(duration, hint, cancellationToken));

    /// <summary>The next message, which must be of this type.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="duration">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(duration, hint, null, cancellationToken);

    /// <summary>The next message, which must be of this type and equal to this one.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="message">What it must be equal to.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsg<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync<T>(message, timeout, hint, cancellationToken));

    /// <summary>The next message, which must be of this type and equal to this one.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="message">What it must be equal to.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, (actual, _) => FailWith.AssertEqual(message, actual, "{0}", hint), cancellationToken);

    /// <summary>The next message, which must be of this type and fit.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="isMessage">Whether it fits.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync<T>(isMessage, timeout, hint, cancellationToken));

    /// <summary>The next message, which must be of this type and fit.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="isMessage">Whether it fits.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, (actual, _) => FailWith.AssertTrue(isMessage(actual), "Got a message of the expected type <{0}> but it does not fit: <{1}>. {2}", typeof(T), actual, hint), cancellationToken);

    /// <summary>The next message, which must be of this type and hold what is asserted of it.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="assert">Asserts.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync<T>(assert, timeout, hint, cancellationToken));

    /// <summary>The next message, which must be of this type and hold what is asserted of it.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="assert">Asserts.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, (actual, _) => assert(actual), cancellationToken);

    /// <summary>The next message, which must be of this type and fit with its sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="isMessageAndSender">Whether it fits.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync<T>(isMessageAndSender, timeout, hint, cancellationToken));

    /// <summary>The next message, which must be of this type and fit with its sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="isMessageAndSender">Whether it fits.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, (actual, sender) => FailWith.AssertTrue(isMessageAndSender(actual, sender), "Got a message of the expected type <{0}> but it does not fit: <{1}> from {2}. {3}", typeof(T), actual, sender, hint), cancellationToken);

    /// <summary>The next message, which must be of this type and hold what is asserted of it and its sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="assertMessageAndSender">Asserts.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgAsync<T>(assertMessageAndSender, timeout, hint, cancellationToken));

    /// <summary>The next message, which must be of this type and hold what is asserted of it and its sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="assertMessageAndSender">Asserts.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(timeout, hint, assertMessageAndSender, cancellationToken);

    /// <summary>The next message, which must be of this type and come from this sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="sender">Who must have sent it.</param>
    /// <param name="duration">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgFromAsync<T>(sender, duration, hint, cancellationToken));

    /// <summary>The next message, which must be of this type and come from this sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="sender">Who must have sent it.</param>
    /// <param name="duration">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(duration, hint, (_, actual) => FailWith.AssertEqual(sender, actual, "{0}", hint), cancellationToken);

    /// <summary>The next message, which must be of this type, be equal to this one and come from this sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="sender">Who must have sent it.</param>
    /// <param name="message">What it must be equal to.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectMsgFromAsync<T>(sender, message, timeout, hint, cancellationToken));

    /// <summary>The next message, which must be of this type, be equal to this one and come from this sender.</summary>
    /// <typeparam name="T">The type of the message.</typeparam>
    /// <param name="sender">Who must have sent it.</param>
    /// <param name="message">What it must be equal to.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(
            timeout,
            hint,
            (actual, from) =>
            {
                FailWith.AssertEqual(message, actual, "{0}", hint);
                FailWith.AssertEqual(sender, from, "{0}", hint);
            },
            cancellationToken);

    /// <summary>The next message, which must be the end of this actor.</summary>
    /// <param name="target">The actor that was watched.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ExpectTerminatedAsync(target, timeout, hint, cancellationToken));

    /// <summary>The next message, which must be the end of this actor.</summary>
    /// <param name="target">The actor that was watched.</param>
    /// <param name="timeout">How long to wait; null for the default.</param>
    /// <param name="hint">What to say if it fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<Terminated>(timeout, hint, (actual, _) => FailWith.AssertEqual(target, actual.ActorRef, "{0}", hint), cancellationToken);

    private async ValueTask<T> ExpectAsync<T>(TimeSpan? timeout, string? hint, Action<T, IActorRef>? assert, CancellationToken cancellationToken)
    {
        var wait = RemainingOrDilated(timeout);
        var envelope = await TakeAsync(wait, cancellationToken).ConfigureAwait(false);
        if (envelope is NullMessageEnvelope)
            FailWith.Fail("Failed: Timeout {0} while waiting for a message of type {1}. {2}", wait, typeof(T), hint);
        if (envelope.Message is not T message)
        {
            FailWith.Fail(
                "Failed: Expected a message of type {0}, but received {{{1}}} (type {2}) instead from {3}. {4}",
                typeof(T), envelope.Message, envelope.Message?.GetType(), envelope.Sender, hint);
            return default!;
        }

        assert?.Invoke(message, envelope.Sender);
        return message;
    }
}
