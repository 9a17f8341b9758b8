namespace Akka.Actor;

/// <summary>Sends a task's outcome to an actor, so that asynchronous work comes back as a message.</summary>
public static class PipeToSupport
{
    /// <summary>Tells the result, or a <see cref="Status.Failure"/>.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="taskToPipe">The task.</param>
    /// <param name="recipient">Who is told.</param>
    /// <param name="sender">By whom; null for nobody, also within an actor.</param>
    /// <param name="success">Makes the message of a result; null to send the result itself.</param>
    /// <param name="failure">Makes the message of an exception; null for a <see cref="Status.Failure"/>.</param>
    /// <returns>Is complete when the recipient was told.</returns>
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        object message;
        try
        {
            var result = await taskToPipe.ConfigureAwait(false);
            message = success is null ? result! : success(result);
        }
#pragma warning disable CA1031 // The recipient is who the exception is for.
        catch (Exception cause)
        {
            message = failure is null ? new Status.Failure(cause) : failure(cause);
        }
#pragma warning restore CA1031

        recipient.Tell(message, sender);
    }

    /// <summary>Tells that it is done, if it is said how, or a <see cref="Status.Failure"/>.</summary>
    /// <param name="taskToPipe">The task.</param>
    /// <param name="recipient">Who is told.</param>
    /// <param name="sender">By whom; null for nobody, also within an actor.</param>
    /// <param name="success">Makes the message when it is done; null to send none.</param>
    /// <param name="failure">Makes the message of an exception; null for a <see cref="Status.Failure"/>.</param>
    /// <returns>Is complete when the recipient was told.</returns>
    public static async Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        object? message;
        try
        {
            await taskToPipe.ConfigureAwait(false);
            message = success?.Invoke();
        }
#pragma warning disable CA1031 // The recipient is who the exception is for.
        catch (Exception cause)
        {
            message = failure is null ? new Status.Failure(cause) : failure(cause);
        }
#pragma warning restore CA1031

        if (message is not null)
            recipient.Tell(message, sender);
    }

    /// <summary>Tells the result, or a <see cref="Status.Failure"/>.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="taskToPipe">The task.</param>
    /// <param name="recipient">Who is told.</param>
    /// <param name="sender">By whom; null for nobody, also within an actor.</param>
    /// <param name="success">Makes the message of a result; null to send the result itself.</param>
    /// <param name="failure">Makes the message of an exception; null for a <see cref="Status.Failure"/>.</param>
    /// <returns>Is complete when the recipient was told.</returns>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null) => taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);
}
