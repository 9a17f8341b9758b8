namespace Akka.Dispatch;

/// <summary>Mailboxes run on threads that are this dispatcher's own: one for a pinned dispatcher, several for a fork-join one.</summary>
internal sealed class ThreadDispatcher : MessageDispatcher
{
    private readonly int _threads;
    private readonly bool _background;
    private readonly Lock _lock = new();
    private WorkQueue? _queue;

    public ThreadDispatcher(MessageDispatcherConfigurator configurator, int threads, bool background)
        : base(configurator)
    {
        ReadConfig();
        _threads = threads;
        _background = background;
    }

    protected override void ExecuteTask(IRunnable run)
    {
        lock (_lock)
            (_queue ??= new WorkQueue(this, _threads, _background)).Add(run);
    }

    protected override void Shutdown()
    {
        // What comes later starts new threads.
        lock (_lock)
        {
            _queue?.Complete();
            _queue = null;
        }

        (Configurator as PinnedDispatcherConfigurator)?.Forget(this);
    }

    private sealed class WorkQueue
    {
        private readonly ThreadDispatcher _owner;
        private readonly Queue<IRunnable> _work = [];
        private bool _completed;

        public WorkQueue(ThreadDispatcher owner, int threads, bool background)
        {
            _owner = owner;
            for (var i = 0; i < threads; i++)
                new Thread(Loop) { IsBackground = background, Name = $"{owner.Id}-{i}" }.UnsafeStart();
        }

        public void Add(IRunnable run)
        {
            lock (_work)
            {
                _work.Enqueue(run);
                Monitor.Pulse(_work);
            }
        }

        public void Complete()
        {
            lock (_work)
            {
                _completed = true;
                Monitor.PulseAll(_work);
            }
        }

        private void Loop()
        {
            while (Take() is { } run)
            {
                try
                {
                    run.Run();
                }
#pragma warning disable CA1031 // It must not end the thread that others' mailboxes need.
                catch (Exception cause)
                {
                    _owner.ReportFailure(cause);
                }
#pragma warning restore CA1031
            }
        }

        private IRunnable? Take()
        {
            lock (_work)
            {
                while (_work.Count == 0)
                {
                    if (_completed)
                        return null;
                    Monitor.Wait(_work);
                }

                return _work.Dequeue();
            }
        }
    }
}
