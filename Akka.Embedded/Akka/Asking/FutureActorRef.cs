namespace Akka.Actor;

/// <summary>
/// Who asks: a reference that takes one answer and is then deaf. Nobody else knows of it, so nothing is left when it is dropped;
/// a time-out and a cancellation are given up with the answer.
/// </summary>
#pragma warning disable CA1001 // Its timer is given up with the answer; there is nobody who would dispose of it.
internal sealed class FutureActorRef<T>(ActorSystemImpl system) : MinimalActorRef(system)
{
    private static long s_number;

    // Continuations must not run on the answering actor's thread.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorPath? _path;
    private Timer? _timer;
    private CancellationTokenRegistration _cancellation;
    private TimeSpan _timeout;

    public Task<T> Answer => _answer.Task;

    // Made when somebody wants to see it: most answers come without.
    public override ActorPath Path => Volatile.Read(ref _path) ?? MakePath();

    public override bool IsTerminated => _answer.Task.IsCompleted;

    public void Start(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (self, token) => ((FutureActorRef<T>)self!).Finish(((FutureActorRef<T>)self)._answer.TrySetCanceled(token)), this);
        }

        if (timeout > TimeSpan.Zero)
        {
            _timeout = timeout;
            _timer = new Timer(static self => ((FutureActorRef<T>)self!).TimedOut(), this, Timeout.Infinite, Timeout.Infinite);
            _timer.Change(timeout, Timeout.InfiniteTimeSpan);
        }

        // It may have been cancelled before there was a timer to give up.
        if (_answer.Task.IsCompleted)
            Finish(true);
    }

    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is not Watch watch)
            return;

        // It is gone with its answer.
        _answer.Task.ContinueWith(
            static (_, watch) => ((Watch)watch!).Watcher.SendSystemMessage(new DeathWatchNotification(((Watch)watch).Watchee, true)),
            watch,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var first = message switch
        {
            // Who takes any answer does not want this one. Only who asks for it by its name gets it as a value.
            Status.Failure failure when failure is not T || typeof(T) == typeof(object) =>
                _answer.TrySetException(failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message.")),
            T answer => _answer.TrySetResult(answer),
            null => _answer.TrySetResult(default!),
            _ => _answer.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        Finish(first);

        // Nobody waits for it any more. Who cancelled the wait does not want to know.
        if (!first && !_answer.Task.IsCanceled && message is not null)
            SystemImpl.DeadLetters.Tell(message, this);
    }

    private void TimedOut() => Finish(_answer.TrySetException(new AskTimeoutException($"Timeout after {_timeout.TotalSeconds:F2} seconds")));

    private void Finish(bool first)
    {
        if (!first)
            return;
        _timer?.Dispose();
        _cancellation.Unregister();
    }

    private ActorPath MakePath()
    {
        var number = Interlocked.Increment(ref s_number);
        var path = new ChildActorPath(SystemImpl.Root.Path / "temp", $"${number}", number);
        return Interlocked.CompareExchange(ref _path, path, null) ?? path;
    }
}
