using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>A poller without a kernel: the test says when a wait ends and with what, and sees how the loop used it.</summary>
internal sealed class ScriptedPoller : IPoller
{
    private readonly object _gate = new();
    private readonly Queue<PollEvent> _ready = new();
    private readonly List<int> _timeouts = [];
    private readonly List<ulong> _tokens = [];
    private bool _isParked;
    private bool _isWoken;
    private bool _hasElapsed;
    private bool _holdsWakeUps;
    private int _wakeUps;

    /// <summary>How often a wake-up was asked for.</summary>
    public int WakeUps
    {
        get
        {
            lock (_gate)
            {
                return _wakeUps;
            }
        }
    }

    /// <summary>The time-out of each wait so far.</summary>
    public int[] Timeouts
    {
        get
        {
            lock (_gate)
            {
                return [.. _timeouts];
            }
        }
    }

    /// <summary>The tokens that were registered, in order.</summary>
    public ulong[] Tokens
    {
        get
        {
            lock (_gate)
            {
                return [.. _tokens];
            }
        }
    }

    public bool IsDisposed { get; private set; }

    /// <summary>Called on the loop's thread as each wait begins.</summary>
    public Action<int>? OnWait { get; set; }

    public SysResult Add(int descriptor, PollInterest interest, ulong token)
    {
        lock (_gate)
        {
            _tokens.Add(token);
        }

        return SysResult.Success();
    }

    public SysResult Modify(int descriptor, PollInterest interest, ulong token) => SysResult.Success();

    public SysResult Remove(int descriptor) => SysResult.Success();

    public int Wait(Span<PollEvent> events, int timeoutMillis)
    {
        OnWait?.Invoke(timeoutMillis);
        lock (_gate)
        {
            _timeouts.Add(timeoutMillis);
            if (timeoutMillis != 0)
            {
                _isParked = !MayEnd;
                Monitor.PulseAll(_gate);
                while (!MayEnd)
                {
                    Monitor.Wait(_gate);
                }

                _isParked = false;
            }

            (_isWoken, _hasElapsed) = (false, false);
            int filled = 0;
            while (filled < events.Length && _ready.TryDequeue(out PollEvent ready))
            {
                events[filled++] = ready;
            }

            return filled;
        }
    }

    public void Wake() => Change(() =>
    {
        _wakeUps++;
        _isWoken = true;
    });

    /// <summary>Ends the wait that runs, or the next one, with these events.</summary>
    public void Deliver(params PollEvent[] events) => Change(() => Array.ForEach(events, _ready.Enqueue));

    /// <summary>Ends the wait that runs, or the next one, as if its time were over.</summary>
    public void Elapse() => Change(() => _hasElapsed = true);

    /// <summary>From now on a woken wait goes on until <see cref="ReleaseWakeUps"/>: the thread is slow to come back from the kernel.</summary>
    public void HoldWakeUps() => Change(() => _holdsWakeUps = true);

    public void ReleaseWakeUps() => Change(() => _holdsWakeUps = false);

    /// <summary>Waits until the loop waits without anything to end its wait.</summary>
    public void UntilParked()
    {
        lock (_gate)
        {
            while (!_isParked)
            {
                if (!Monitor.Wait(_gate, Eventually.Patience))
                {
                    throw new TimeoutException("The loop never parked.");
                }
            }
        }
    }

    public void Dispose() => IsDisposed = true;

    private bool MayEnd => (_isWoken && !_holdsWakeUps) || _hasElapsed || _ready.Count > 0;

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _isParked = _isParked && !MayEnd;
            Monitor.PulseAll(_gate);
        }
    }
}
