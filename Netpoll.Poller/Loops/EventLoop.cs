using System.Diagnostics;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;

namespace Netpoll.Poller.Loops;

/// <summary>
/// One thread that waits for sockets, moves their bytes, and runs the work that it is given. Not a scheduler of its own: it takes
/// <see cref="IThreadPoolWorkItem"/>s, which is what an actor's mailbox is, so an actor dispatcher can put its mailboxes here.
/// </summary>
/// <remarks>
/// A round: wait for events; for each, call the channel and run the work that came of it, while its bytes are in the cache; run the work
/// of other threads; call the timers that are due; flush what was written. With nothing to do the thread is parked in the kernel and
/// costs nothing. All members are for the loop's thread, but for those documented "any thread".
/// </remarks>
public sealed class EventLoop : IAsyncDisposable
{
    [ThreadStatic]
    private static EventLoop? t_current;

    private readonly EventLoopOptions _options;
    private readonly int _trimMillis;
    private readonly IPoller _poller;
    private readonly PollRegistry _registry;
    private readonly PollEvent[] _events;
    private readonly RunQueue _queue = new();
    private readonly Inbox _inbox = new();
    private readonly LoadTracker _load = new();
    private readonly TimerWheel _timers = new(ClockMillis());
    private readonly Thread _thread;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Two lists that change places, so that a flush may request another.
    private List<IFlushable> _dirty = [];
    private List<IFlushable> _flushing = [];

    private BlockCache _cache = null!;
    private long _rounds;
    private long _systemCalls;
    private int _budget;
    private bool _isStopping;
    private int _isStarted;

    /// <summary>Makes a loop; its thread starts with <see cref="Start"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no poller for this operating system, or not the one that the options name.</exception>
    /// <exception cref="InvalidOperationException">The options leave the choice to the environment variable, and that names none.</exception>
    public EventLoop(EventLoopOptions? options = null)
        : this(options ?? new EventLoopOptions(), options => Pollers.Create(options.Backend, options.MaxEventsPerWait, options.BlockPool, options.ZeroCopySendFrom))
    {
    }

    /// <param name="options">How the loop is set up.</param>
    /// <param name="createPoller">Makes the loop's poller, given these options. The loop owns it.</param>
    internal EventLoop(EventLoopOptions options, Func<EventLoopOptions, ChosenPoller> createPoller)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxEventsPerWait, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxEventsPerWait, 65536, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWorkItemsPerRound, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ZeroCopySendFrom ?? 1, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TrimInterval.TotalMilliseconds, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.TrimInterval.TotalMilliseconds, int.MaxValue, nameof(options));
        _trimMillis = (int)options.TrimInterval.TotalMilliseconds;
        _options = options;
        (_poller, Backend, WhyNotTheWantedBackend) = createPoller(options);
        _registry = new PollRegistry(_poller);
        _events = new PollEvent[options.MaxEventsPerWait];
        _thread = new Thread(Run) { IsBackground = true, Name = options.Name };
    }

    /// <summary>The loop whose thread this is, or null. Any thread.</summary>
    public static EventLoop? Current => t_current;

    /// <summary>True on the loop's own thread. Any thread.</summary>
    public bool IsOnLoop => t_current == this;

    /// <summary>The backend in use; never <see cref="PollerBackend.Auto"/>. Any thread.</summary>
    public PollerBackend Backend { get; }

    /// <summary>Why it is not the one that the options name, as a sentence without its full stop; null when it is. Any thread.</summary>
    public string? WhyNotTheWantedBackend { get; }

    /// <summary>Where the loop's buffers come from. Any thread.</summary>
    public BlockPool BlockPool => _options.BlockPool;

    /// <summary>Ends when the loop has stopped and its thread is about to end. Any thread.</summary>
    public Task Completion => _completion.Task;

    /// <summary>How many channels the loop has. Exact on its thread, an estimate elsewhere.</summary>
    public int ChannelCount => _registry.Count;

    /// <summary>What the loop has done so far. Any thread.</summary>
    public EventLoopStatistics GetStatistics() => new(Volatile.Read(ref _rounds), Volatile.Read(ref _systemCalls), _inbox.WakeUps);

    /// <summary>How much the loop has to do. Any thread.</summary>
    public EventLoopLoad GetLoad() => _load.Read(_queue.Count + _inbox.Count);

    /// <summary>Starts the thread. Any thread; harmless when repeated.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            _thread.Start();
        }
    }

    /// <summary>
    /// Runs work on the loop's thread: at the end of what it does now when called there, else as soon as it comes round. In order per
    /// calling thread. Wakes the loop only if it is parked. Any thread; after the loop has ended the work runs on the thread pool, so
    /// that nothing that waits for it waits for ever.
    /// </summary>
    public void Execute(IThreadPoolWorkItem work)
    {
        if (IsOnLoop)
        {
            _queue.Enqueue(work);
        }
        else if (!_inbox.TryAdd(work, out bool mustWake))
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
        else if (mustWake)
        {
            _poller.Wake();
        }
    }

    /// <summary>As <see cref="Execute(IThreadPoolWorkItem)"/>, for work that is rare enough to allocate. Any thread.</summary>
    public void Execute(Action work) => Execute(new ActionWorkItem(work));

    /// <summary>Takes a channel in: from here on the receiver hears of what <paramref name="interest"/> names, and the channel belongs to this loop.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel cannot watch one more socket.</exception>
    /// <exception cref="InvalidOperationException">Called on another thread, or the loop has ended, or the channel is closed or on a loop already.</exception>
    public void Add(StreamChannel channel, IStreamReceiver receiver, PollInterest interest = PollInterest.Read)
    {
        ThrowIfNotOnLoop();
        channel.Attach(_registry, receiver, interest);
    }

    /// <summary>Takes a listening channel in: from here on the receiver hears of waiting connections.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel cannot watch one more socket.</exception>
    /// <exception cref="InvalidOperationException">Called on another thread, or the loop has ended, or the channel is closed or on a loop already.</exception>
    public void Add(ListenChannel channel, IAcceptReceiver receiver)
    {
        ThrowIfNotOnLoop();
        channel.Attach(_registry, receiver);
    }

    internal void Add(ConnectChannel channel)
    {
        ThrowIfNotOnLoop();
        channel.Attach(_registry, PollInterest.Write);
    }

    /// <summary>Has <see cref="IFlushable.Flush"/> called once at the end of this round.</summary>
    public void RequestFlush(IFlushable output)
    {
        AssertOnLoop();
        _dirty.Add(output);
    }

    /// <summary>Schedules a timer, or moves one that is scheduled. It comes due after at least <paramref name="delay"/>, to the millisecond above.</summary>
    public void Schedule(LoopTimer timer, TimeSpan delay)
    {
        AssertOnLoop();
        Cancel(timer);

        // One more, because the clock's millisecond has already begun.
        long now = ClockMillis();
        _timers.Add(timer, now + (long)Math.Ceiling(Math.Max(delay.TotalMilliseconds, 0)) + 1, now);
    }

    /// <summary>Takes a timer back. Harmless when it is not scheduled.</summary>
    public void Cancel(LoopTimer timer)
    {
        AssertOnLoop();
        if (timer.IsScheduled)
        {
            _timers.Remove(timer);
        }
    }

    /// <summary>Ends the loop after the work that it already has; its channels are closed. Any thread; harmless when repeated.</summary>
    public Task StopAsync()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            // Never ran: there is no thread to do it.
            Dispose();
        }
        else
        {
            Execute(() => _isStopping = true);
        }

        return Completion;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <summary>Milliseconds of a clock that never goes back.</summary>
    private static long ClockMillis() => (long)Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    private void Run()
    {
        t_current = this;
        LoopMeter.Add(this);
        _load.Start();
        ProcessorBudget.Enter();
        using BlockCache cache = _options.BlockPool.CreateCache();
        _cache = cache;
        cache.EnterThread();
        try
        {
            while (!_isStopping)
            {
                RunRound();
            }

            Dispose();
        }
        catch (Exception bug)
        {
            // What a socket or a work item does never gets here, so the loop's own state can no longer be trusted.
            Environment.FailFast($"The event loop '{_options.Name}' is broken.", bug);
        }
        finally
        {
            cache.ExitThread();
            ProcessorBudget.Leave();
            LoopMeter.Remove(this);
            t_current = null;
        }
    }

    private void RunRound()
    {
        int ready = WaitForEvents();
        _budget = _options.MaxWorkItemsPerRound;
        for (int i = 0; i < ready; i++)
        {
            _registry.Dispatch(_events[i]);
            RunWork();
        }

        _inbox.MoveTo(_queue);
        RunWork();
        if (_timers.Count > 0)
        {
            _timers.Advance(ClockMillis());
            RunWork();
        }

        FlushOutputs();
        _rounds++;
        _systemCalls = SystemCallCount.OnThisThread;
    }

    private int WaitForEvents()
    {
        int timeoutMillis = _queue.Count > 0 || _dirty.Count > 0 ? 0
            : _timers.Count > 0 ? _timers.MillisToNext(ClockMillis())
            : -1;
        if (timeoutMillis == 0 || !_inbox.TryPark())
        {
            int waiting = _poller.Wait(_events, 0);
            _load.NextRound();
            return waiting;
        }

        // Not for ever at once: while the loop is parked nobody else can get at the blocks that it keeps. (-1, for ever, is the largest.)
        bool trims = (uint)timeoutMillis > (uint)_trimMillis && _cache.HoldsBlocks;
        ProcessorBudget.Leave();
        _load.Park();
        int ready = _poller.Wait(_events, trims ? _trimMillis : timeoutMillis);
        _load.Unpark();
        ProcessorBudget.Enter();
        bool isWoken = _inbox.Unpark();
        if (trims && ready == 0 && !isWoken)
        {
            _cache.Trim();
        }

        return ready;
    }

    private void RunWork()
    {
        while (_queue.Count > 0 && _budget > 0)
        {
            _budget--;
            IThreadPoolWorkItem work = _queue.Dequeue();
            try
            {
                work.Execute();
            }
            catch (Exception failure) when (_options.OnWorkItemFailed is not null)
            {
                _options.OnWorkItemFailed(failure);
            }
        }
    }

    private void FlushOutputs()
    {
        if (_dirty.Count == 0)
        {
            return;
        }

        (_dirty, _flushing) = (_flushing, _dirty);
        foreach (IFlushable output in _flushing)
        {
            output.Flush();
        }

        _flushing.Clear();
    }

    private void Dispose()
    {
        _inbox.Close();
        foreach (IPollable pollable in _registry.Snapshot())
        {
            (pollable as Channel)?.Close();
        }

        _poller.Dispose();
        _inbox.MoveTo(_queue);
        while (_queue.Count > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_queue.Dequeue(), preferLocal: false);
        }

        _completion.TrySetResult();
    }

    private void ThrowIfNotOnLoop()
    {
        if (!IsOnLoop)
        {
            throw new InvalidOperationException($"A channel is added on the loop's own thread, while '{_options.Name}' runs.");
        }
    }

    [Conditional("DEBUG")]
    private void AssertOnLoop() => Debug.Assert(IsOnLoop, "This member is for the loop's own thread.");

    private sealed class ActionWorkItem(Action work) : IThreadPoolWorkItem
    {
        public void Execute() => work();
    }
}
