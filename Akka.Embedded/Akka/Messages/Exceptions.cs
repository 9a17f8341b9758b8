namespace Akka.Actor;

/// <summary>The base of the engine's own exceptions.</summary>
public abstract class AkkaException : Exception
{
    /// <summary>An exception without a message.</summary>
    protected AkkaException()
    {
    }

    /// <summary>An exception with a message and perhaps a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="cause">Why, or null.</param>
    protected AkkaException(string? message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>Why, or null.</summary>
    protected Exception? Cause => InnerException;
}

/// <summary>An actor's name is empty, holds a forbidden character or is taken.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="innerException">Why, or null.</param>
public class InvalidActorNameException(string message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>A selection's path is not allowed.</summary>
/// <param name="message">What is wrong with it.</param>
public class IllegalActorNameException(string message) : AkkaException(message);

/// <summary>An actor was used in a way that its state does not allow.</summary>
/// <param name="message">What was not allowed.</param>
public class IllegalActorStateException(string message) : AkkaException(message);

/// <summary>A message was null.</summary>
/// <param name="message">What is wrong with it.</param>
public class InvalidMessageException(string message) : AkkaException(message);

/// <summary>An answer did not come in time.</summary>
/// <param name="message">How long it was waited for.</param>
public class AskTimeoutException(string message) : AkkaException(message);

/// <summary>No actor answers to a path.</summary>
/// <param name="message">Which path.</param>
/// <param name="innerException">Why, or null.</param>
public class ActorNotFoundException(string message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>The actor was told to <see cref="Kill"/> itself.</summary>
/// <param name="message">Who said so.</param>
public class ActorKilledException(string message) : AkkaException(message);

/// <summary>A watched actor is gone and the watcher does not handle <see cref="Terminated"/>.</summary>
/// <param name="deadActor">The actor that is gone.</param>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    /// <summary>The actor that is gone.</summary>
    public IActorRef DeadActor { get; } = deadActor;
}

/// <summary>An actor could not be made or started.</summary>
/// <param name="actor">The actor, or null.</param>
/// <param name="message">What happened.</param>
/// <param name="cause">Why, or null.</param>
public class ActorInitializationException(IActorRef? actor, string message, Exception? cause = null) : AkkaException(message, cause)
{
    /// <summary>Without an actor.</summary>
    /// <param name="message">What happened.</param>
    public ActorInitializationException(string message)
        : this(null, message)
    {
    }

    /// <summary>The actor, or null.</summary>
    public IActorRef? Actor { get; } = actor;

    /// <inheritdoc/>
    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary><c>PreRestart</c> threw. It is logged; the restart goes on.</summary>
/// <param name="actor">The actor.</param>
/// <param name="restartException">What <c>PreRestart</c> threw.</param>
/// <param name="cause">What the restart was for.</param>
/// <param name="optionalMessage">The message that was being handled, or null.</param>
public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(actor, $"Exception in PreRestart (failure was {cause.GetType()}): {restartException.Message}", cause)
{
    /// <summary>What <c>PreRestart</c> threw.</summary>
    public Exception RestartException { get; } = restartException;

    /// <summary>The message that was being handled, or null.</summary>
    public object? OptionalMessage { get; } = optionalMessage;
}

/// <summary>The new incarnation's constructor or <c>PostRestart</c> threw; the supervisor decides again.</summary>
/// <param name="actor">The actor.</param>
/// <param name="cause">What was thrown.</param>
/// <param name="originalCause">What the restart was for.</param>
public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType()}): {cause.Message}", cause)
{
    /// <summary>What the restart was for.</summary>
    public Exception OriginalCause { get; } = originalCause;
}

/// <summary>The scheduler cannot do what was asked of it.</summary>
/// <param name="message">Why not.</param>
public class SchedulerException(string message) : AkkaException(message);

/// <summary>A bounded stash is full.</summary>
/// <param name="message">Whose stash.</param>
/// <param name="cause">Why, or null.</param>
public class StashOverflowException(string message, Exception? cause = null) : AkkaException(message, cause);
