using System.ComponentModel;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// Linux' <c>io_uring(7)</c>: receives and accepts go on by themselves, and everything that a round of the loop sends is handed over in the
/// one system call that also waits. What is only watched lies in an epoll, whose descriptor the ring watches.
/// </summary>
/// <remarks>
/// Level-triggered like the others, though the kernel tells each thing once: a source that still has something to tell stays in a queue.
/// The ring belongs to the thread that first registers or waits; only <see cref="Wake"/> may be called by others.
/// </remarks>
internal sealed partial class UringPoller : ICompletionPoller
{
    /// <summary>Submissions between two entries; more cause an entry of their own (arbitrary: two for each event of a full default batch).</summary>
    private const uint Submissions = 256;

    /// <summary>Completions that fit. The kernel puts further ones aside, at a price, and loses none.</summary>
    private const uint Completions = 4096;

    /// <summary>How long the end waits for peers that have not acknowledged what was sent to them from our memory (arbitrary).</summary>
    private const int LongestLingerMillis = 1000;

    private readonly UringRing _ring;
    private readonly ReceiveBlocks _blocks;
    private readonly SendVectors _vectors = new();
    private readonly WakeUpSignal _wakeUp;
    private readonly int _maxEvents;
    private readonly long _zeroCopyFrom;

    private readonly List<UringSource?> _sources = [];
    private readonly Stack<int> _freeIndexes = new();
    private readonly Queue<UringSource> _ready = new();

    /// <summary>Streams that wait for a block to receive into, longest first.</summary>
    private readonly Queue<UringStream> _starved = new();
    private UringSource?[] _byDescriptor = new UringSource?[64];

    /// <summary>What is only watched for readiness: attempts to connect. Made when first needed.</summary>
    private EpollPoller? _watched;
    private bool _isWatchedArmed;
    private bool _isWatchedReady;

    private bool _isEnabled;
    private bool _isWakeUpArmed;
    private bool _isDisposed;

    /// <summary>Operations of all kinds whose last completion has not come.</summary>
    private int _inFlight;

    /// <param name="maxEvents">The most events that one wait returns.</param>
    /// <param name="pool">Where the blocks come from that the kernel fills.</param>
    /// <param name="zeroCopyFrom">Sends of so many bytes and more leave from the blocks themselves where the socket can; null for none.</param>
    /// <exception cref="Win32Exception">There is no io_uring, it is forbidden or too old, or the process is out of descriptors or memory.</exception>
    public UringPoller(int maxEvents, BlockPool pool, int? zeroCopyFrom = null)
    {
        _maxEvents = maxEvents;
        _zeroCopyFrom = zeroCopyFrom ?? long.MaxValue;
        _ring = new UringRing(Submissions, Completions);
        try
        {
            _blocks = new ReceiveBlocks(_ring, pool);
            try
            {
                _wakeUp = new WakeUpSignal();
            }
            catch
            {
                _blocks.Dispose();
                throw;
            }
        }
        catch
        {
            _ring.Dispose();
            _vectors.Dispose();
            throw;
        }
    }

    /// <summary>Of the operations in flight, zero-copy sends that are done, but whose memory the kernel may still read.</summary>
    internal int Lingering { get; private set; }

    /// <summary>For tests, which run over loopback, where the kernel always copies: goes on with zero-copy sends all the same.</summary>
    internal bool LendsThoughCopied { get; init; }

    public SysResult Add(int descriptor, PollInterest interest, ulong token)
    {
        _watched ??= new EpollPoller(_maxEvents);
        return Find(descriptor) is null ? _watched.Add(descriptor, interest, token) : SysResult.Failure(Errno.EEXIST);
    }

    public ICompletionStream AddStream(int descriptor, PollInterest interest, ulong token)
    {
        UringStream stream = new(this, TakeIndex(), descriptor, interest, token);
        Start(stream);
        return stream;
    }

    public ICompletionListener AddListener(int descriptor, PollInterest interest, ulong token)
    {
        UringListener listener = new(this, TakeIndex(), descriptor, interest, token);
        Start(listener);
        return listener;
    }

    public SysResult Modify(int descriptor, PollInterest interest, ulong token)
    {
        if (Find(descriptor) is not { } source)
        {
            return _watched?.Modify(descriptor, interest, token) ?? SysResult.Failure(Errno.ENOENT);
        }

        source.SetInterest(interest, token);
        return SysResult.Success();
    }

    public SysResult Remove(int descriptor)
    {
        if (Find(descriptor) is not { } source)
        {
            return _watched?.Remove(descriptor) ?? SysResult.Failure(Errno.ENOENT);
        }

        _byDescriptor[descriptor] = null;
        source.Remove();
        if (source.InFlight > 0)
        {
            // At once: what lies in the queue names the number, which may be a stranger's when the loop next waits. And the socket ends, for its
            // peer, with the last operation that holds it, and a connection just accepted with its listener.
            Enter(0);
            TakeCompletions();
        }
        else
        {
            Forget(source);
        }

        return SysResult.Success();
    }

    public int Wait(Span<PollEvent> events, int timeoutMillis)
    {
        EnsureEnabled();
        DropUnready();
        RefillBlocks();
        ArmOwn();
        if (_ready.Count > 0 || _starved.Count > 0 || _ring.Completed > 0)
        {
            timeoutMillis = 0;
        }

        if (timeoutMillis != 0 || _ring.Unsubmitted > 0 || _ring.HasUndelivered)
        {
            Enter(timeoutMillis);
        }

        TakeCompletions();
        return Report(events);
    }

    public void Wake() => _wakeUp.Set();

    /// <summary>Ends everything in flight, and waits for it: the kernel must not write into memory that has another owner.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_isEnabled)
        {
            EndAll();
        }

        _wakeUp.Dispose();
        _watched?.Dispose();
        _ring.Dispose();
        _blocks.Dispose();
        _vectors.Dispose();
    }

    /// <summary>Puts a source into the queue of those that have something to tell, if it has.</summary>
    internal void List(UringSource source)
    {
        if (!source.IsListed && source.Readiness != PollReadiness.None)
        {
            source.IsListed = true;
            _ready.Enqueue(source);
        }
    }

    /// <summary>
    /// Waits until everything that a source has in flight has come back, but for memory that only its peer can free. It must have been cancelled,
    /// or this may take for ever.
    /// </summary>
    internal void AwaitInFlight(UringSource source)
    {
        while (source.InFlight > source.Lingering)
        {
            Enter(-1);
            TakeCompletions();
        }
    }

    internal void ChangeLingering(UringSource source, int change)
    {
        source.Lingering += change;
        Lingering += change;
    }

    private void Start(UringSource source)
    {
        EnsureEnabled();
        if (source.Descriptor >= _byDescriptor.Length)
        {
            Array.Resize(ref _byDescriptor, Math.Max(source.Descriptor + 1, _byDescriptor.Length * 2));
        }

        _sources[source.Index] = source;
        _byDescriptor[source.Descriptor] = source;
        source.Start();
        List(source);
    }

    private void EnsureEnabled()
    {
        if (!_isEnabled)
        {
            _ring.Enable();
            _isEnabled = true;
        }
    }

    private UringSource? Find(int descriptor) => (uint)descriptor < (uint)_byDescriptor.Length ? _byDescriptor[descriptor] : null;

    private int TakeIndex()
    {
        if (_freeIndexes.TryPop(out int index))
        {
            return index;
        }

        _sources.Add(null);
        return _sources.Count - 1;
    }

    private void Forget(UringSource source)
    {
        _sources[source.Index] = null;
        _freeIndexes.Push(source.Index);
    }

    private void DropUnready()
    {
        for (int left = _ready.Count; left > 0; left--)
        {
            UringSource source = _ready.Dequeue();
            if (!source.IsRemoved && source.Readiness != PollReadiness.None)
            {
                _ready.Enqueue(source);
            }
            else
            {
                Unlist(source);
            }
        }
    }

    private static void Unlist(UringSource source)
    {
        source.IsListed = false;
        if (!source.IsRemoved)
        {
            source.OnQuiet();
        }
    }

    // Not those that come meanwhile, of what these lead to: there may be no end of them.
    private void TakeCompletions()
    {
        for (uint left = _ring.Completed; left > 0 && _ring.TryTake(out IoUringCompletion completion); left--)
        {
            UringOperation operation = (UringOperation)completion.UserData;
            if (operation == UringOperation.None)
            {
                continue;
            }

            if (!completion.HasMore)
            {
                _inFlight--;
            }

            switch (operation)
            {
                case UringOperation.WakeUp:
                    _isWakeUpArmed = completion.HasMore;
                    break;
                case UringOperation.Watched:
                    _isWatchedArmed = false;
                    _isWatchedReady = true;
                    break;
                default:
                    OnCompleted(_sources[(int)(completion.UserData >> IndexShift)]!, operation, completion);
                    break;
            }
        }
    }

    private void OnCompleted(UringSource source, UringOperation operation, in IoUringCompletion completion)
    {
        if (!completion.HasMore)
        {
            source.InFlight--;
        }

        source.OnCompleted(operation, completion);
        if (!source.IsRemoved)
        {
            List(source);
        }
        else if (source.InFlight == 0)
        {
            Forget(source);
        }
    }

    /// <summary>Fills in the events. Who was reported goes to the end of the queue, so that the next wait begins with those that did not fit.</summary>
    private int Report(Span<PollEvent> events)
    {
        int filled = 0;
        for (int left = _ready.Count; left > 0 && filled < events.Length; left--)
        {
            UringSource source = _ready.Dequeue();
            PollReadiness readiness = source.IsRemoved ? PollReadiness.None : source.Readiness;
            if (readiness == PollReadiness.None)
            {
                Unlist(source);
                continue;
            }

            events[filled++] = new PollEvent(source.Token, readiness);
            source.OnReported();
            _ready.Enqueue(source);
        }

        if (_isWatchedReady && filled < events.Length)
        {
            _isWatchedReady = false;
            filled += _watched!.Wait(events[filled..], 0);
        }

        return filled;
    }

    private void EndAll()
    {
        foreach (UringSource? source in _sources.ToArray())
        {
            if (source is { IsRemoved: false })
            {
                source.Remove();
            }
        }

        CancelOwn();
        while (_inFlight > Lingering)
        {
            Enter(-1);
            TakeCompletions();
        }

        AwaitLingering();
    }

    private void AwaitLingering()
    {
        long end = Environment.TickCount64 + LongestLingerMillis;
        while (Lingering > 0 && end - Environment.TickCount64 is > 0 and long left)
        {
            Enter((int)left);
            TakeCompletions();
        }

        foreach (UringSource? source in _sources)
        {
            source?.Abandon();
        }
    }
}
