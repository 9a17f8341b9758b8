namespace Akka.Actor;

/// <content>The end: the coordinated shutdown, then /user, then /system, then the root, then the callbacks.</content>
internal sealed partial class ActorSystemImpl
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _terminationLock = new();

    // Null when they have been run.
    private Stack<Action>? _terminationCallbacks = [];

    public override Task WhenTerminated => _terminated.Task;

    public override Task Terminate() => Settings.CoordinatedShutdownRunByActorSystemTerminate
        ? CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance)
        : FinalTerminate();

    public override void Abort() => FinalTerminate();

    public override void RegisterOnTermination(Action code)
    {
        ArgumentNullException.ThrowIfNull(code);
        lock (_terminationLock)
        {
            if (_terminationCallbacks is null)
                throw new InvalidOperationException("ActorSystem already terminated.");
            _terminationCallbacks.Push(code);
        }
    }

    /// <summary>Stops all actors.</summary>
    public Task FinalTerminate()
    {
        StopDeadLetterListener();
        Guardian.Stop();
        return WhenTerminated;
    }

    /// <summary>Called by the root's supervisor, on a thread of the internal dispatcher.</summary>
    public void RootEnded() => ThreadPool.UnsafeQueueUserWorkItem(static system => system.RunTerminationCallbacks(), this, preferLocal: false);

    private void RunTerminationCallbacks()
    {
        Stack<Action> callbacks;
        lock (_terminationLock)
        {
            callbacks = _terminationCallbacks ?? [];
            _terminationCallbacks = null;
        }

        foreach (var callback in callbacks)
        {
            try
            {
                callback();
            }
#pragma warning disable CA1031 // One that throws must not keep the others from running, nor the system from ending.
            catch (Exception cause)
            {
                Event.StandardOutLogger.Write(new Event.Error(cause, ToString(), GetType(), "A termination callback failed"));
            }
#pragma warning restore CA1031
        }

        _scheduler.Dispose();
        Dispatchers.Shutdown();
        _terminated.TrySetResult();
    }
}
