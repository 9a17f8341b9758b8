namespace Akka.Actor;

/// <summary>Asking: telling, and a task of the answer. It costs several times a Tell; where speed matters, tell.</summary>
public static class Futures
{
    /// <summary>Asks.</summary>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    /// <summary>Asks.</summary>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    /// <summary>Asks.</summary>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    /// <summary>Asks.</summary>
    /// <typeparam name="T">What the answer must be.</typeparam>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <summary>Asks.</summary>
    /// <typeparam name="T">What the answer must be.</typeparam>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <summary>Asks. The task fails with what a <see cref="Status.Failure"/> carries if that is the answer.</summary>
    /// <typeparam name="T">What the answer must be.</typeparam>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AskTimeoutException">No answer came in time.</exception>
    /// <exception cref="ArgumentException">The answer was something else.</exception>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var future = Start<T>(self, timeout, cancellationToken);
        self.Tell(message, future);
        return future.Answer;
    }

    /// <summary>Asks with a message that carries who asks.</summary>
    /// <typeparam name="T">What the answer must be.</typeparam>
    /// <param name="self">Who is asked.</param>
    /// <param name="messageFactory">Makes the question, given who asks.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<T> Ask<T>(this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageFactory);
        var future = Start<T>(self, timeout, cancellationToken);
        self.Tell(messageFactory(future), future);
        return future.Answer;
    }

    private static FutureActorRef<T> Start<T>(ICanTell self, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(self);
        var system = SystemOf(self) ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        var future = new FutureActorRef<T>(system);
        future.Start(timeout ?? system.Settings.AskTimeout, cancellationToken);
        return future;
    }

    private static ActorSystemImpl? SystemOf(ICanTell self) => self switch
    {
        ActorSelection selection => SystemOf(selection.Anchor),
        IInternalActorRef actor and not Nobody => actor.SystemImpl,
        _ => ActorCell.Current?.SystemImpl,
    };
}
