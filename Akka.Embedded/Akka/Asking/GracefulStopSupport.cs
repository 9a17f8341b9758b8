namespace Akka.Actor;

/// <summary>Stopping an actor and waiting for its end.</summary>
public static class GracefulStopSupport
{
    /// <summary>Sends a <see cref="PoisonPill"/> and waits until the actor is gone.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>True when it is gone, false if it was still there after the time-out.</returns>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Sends a message upon which the actor stops, and waits until it is gone.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="stopMessage">The message.</param>
    /// <returns>True when it is gone, false if it was still there after the time-out.</returns>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var gone = target.WatchAsync();
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            return await gone.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>Waiting for an actor's end.</summary>
public static class WatchAsyncSupport
{
    /// <summary>Waits until an actor is gone.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>True when it is gone, false when the wait ended before.</returns>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        var actor = (IInternalActorRef)target;
        var watcher = new WatchingRef(actor.SystemImpl);
        actor.SendSystemMessage(new Watch(actor, watcher));
        try
        {
            await watcher.Gone.WaitAsync(token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            actor.SendSystemMessage(new Unwatch(watcher));
            return false;
        }
    }

    private sealed class WatchingRef(ActorSystemImpl system) : MinimalActorRef(system)
    {
        private static long s_number;

        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Gone => _gone.Task;

        public override ActorPath Path { get; } =
            new ChildActorPath(system.Root.Path / "temp", "watch", Interlocked.Increment(ref s_number));

        public override void SendSystemMessage(SystemMessage message)
        {
            if (message is DeathWatchNotification)
                _gone.TrySetResult();
        }
    }
}
