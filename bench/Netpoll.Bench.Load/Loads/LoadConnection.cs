using Netpoll.Bench.Load.Frames;
using Netpoll.Bench.Load.Recording;
using Netpoll.Bench.Load.Wire;
using Netpoll.Poller.Native;

namespace Netpoll.Bench.Load.Loads;

/// <summary>
/// One connection of a load: sends requests as they are due, checks every byte of every reply. It keeps no bytes, only how far each
/// direction has come, and allocates nothing once it is made. One thread.
/// </summary>
internal unsafe class LoadConnection : IReady, IDisposable
{
    private const int Closed = -1;

    private readonly LoadContext _context;
    private readonly Pace _pace;
    private readonly int _token;

    /// <summary>The places for requests under way.</summary>
    private readonly Slot[] _slots;

    /// <summary>Free places, the last one first.</summary>
    private readonly int[] _free;

    /// <summary>A ring of the places whose requests are to be sent, between <see cref="_sent"/> and <see cref="_queued"/>.</summary>
    private readonly int[] _outgoing;

    private int _freeCount;
    private int _descriptor = Closed;
    private long _taken;
    private long _queued;
    private long _sent;
    private int _sentOfNext;
    private ReplyVerifier _verifier;

    /// <param name="context">What it shares with the others.</param>
    /// <param name="number">Its own, from 0 on.</param>
    /// <param name="inFlight">Requests that may be under way at once; 0 for a connection that stays silent.</param>
    /// <param name="pace">When requests are due.</param>
    public LoadConnection(LoadContext context, int number, int inFlight, Pace pace)
    {
        _context = context;
        _pace = pace;
        _token = context.Reactor.Register(this);
        Number = number;
        _slots = new Slot[inFlight];
        _free = new int[inFlight];
        _outgoing = new int[inFlight];
        FreeAll();
    }

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <summary>Whether the server has accepted it, and it is not lost.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether it has a socket.</summary>
    public bool IsOpen => _descriptor != Closed;

    /// <summary>Whether a request is unanswered.</summary>
    public bool IsBusy => _freeCount < _slots.Length;

    /// <summary>Starts to connect.</summary>
    public void Open()
    {
        _descriptor = _context.Target.Connect(Number);
        _context.Reactor.Watch(_descriptor, _token);
    }

    /// <summary>Sends the requests that are due, as far as there is room.</summary>
    public void Pump(long now)
    {
        while (_freeCount > 0 && _pace.IsDue(Number, _taken, now, out long due))
        {
            int place = _free[--_freeCount];
            ref Slot slot = ref _slots[place];
            slot.Due = due;
            slot.IsUnderWay = true;
            _outgoing[_queued++ % _outgoing.Length] = place;
            _taken++;
        }

        if (IsConnected)
        {
            Send();
        }
    }

    /// <inheritdoc/>
    public void OnReady(ReadyEvents events)
    {
        if (!IsOpen)
        {
            return;
        }

        if (!IsConnected && (events & (ReadyEvents.Writable | ReadyEvents.Ended)) != 0)
        {
            Connected();
        }

        bool hasEnded = (events & ReadyEvents.Ended) != 0;
        if (IsConnected && ((events & ReadyEvents.Readable) != 0 || hasEnded))
        {
            Receive(hasEnded);
        }

        if (IsConnected && _sent < _queued)
        {
            Send();
        }
    }

    /// <summary>A closed loop does not notice a reply that never comes: this does.</summary>
    public void FailIfOverdue(long now)
    {
        foreach (Slot slot in _slots)
        {
            if (slot.IsUnderWay && now - slot.Due > LoadMeter.TimeoutTicks)
            {
                _context.Meter.Failed(Number, "a request is still unanswered");
            }
        }
    }

    /// <summary>Closes it. It may be opened again; requests that were under way are forgotten.</summary>
    public void Dispose()
    {
        if (IsOpen)
        {
            SocketCalls.Close(_descriptor);
            (_descriptor, IsConnected) = (Closed, false);
            FreeAll();
        }
    }

    /// <summary>Bytes have come, all right so far, and the places of whole replies are free again.</summary>
    protected virtual void OnReplied(long now) => Pump(now);

    private void Connected()
    {
        int error = SocketCalls.TakePendingError(_descriptor).Value;
        if (error != 0)
        {
            Fail(Errno.Describe(error));
            return;
        }

        IsConnected = true;
    }

    private void Receive(bool untilEnd)
    {
        SysResult received;
        do
        {
            // SAFETY: the scratch lives as long as the load.
            received = SocketCalls.Receive(_descriptor, new IoVector { Base = _context.Scratch.Pointer, Length = Scratch.Bytes });
            if (received.IsError || received.Value == 0)
            {
                if (!received.WouldBlock)
                {
                    Fail(received.IsError ? Errno.Describe(received.Errno) : "closed by the server");
                }

                return;
            }

            Take(new ReadOnlySpan<byte>(_context.Scratch.Pointer, received.Value));
        }
        while (IsConnected && (untilEnd || received.Value == Scratch.Bytes));
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        long now = Clock.Now();
        while (!bytes.IsEmpty)
        {
            ReplyProgress progress = _verifier.Take(_context.Frame, ref bytes);
            if (progress == ReplyProgress.Wrong || (progress == ReplyProgress.Whole && !TryFree(_verifier.Stamp, now)))
            {
                Fail("a reply that is not what was sent");
                return;
            }
        }

        OnReplied(now);
    }

    /// <summary>Frees the place of a request that was answered. False when no such request is under way.</summary>
    private bool TryFree(FrameStamp stamp, long now)
    {
        if (stamp.Connection != Number || (uint)stamp.Slot >= (uint)_slots.Length)
        {
            return false;
        }

        ref Slot slot = ref _slots[stamp.Slot];
        if (!slot.IsUnderWay || slot.Sequence != stamp.Sequence)
        {
            return false;
        }

        slot.IsUnderWay = false;
        slot.Sequence++;
        _free[_freeCount++] = stamp.Slot;
        _context.Meter.Replied(Number, now - slot.Due);
        return true;
    }

    /// <summary>Sends until nothing is left or the socket takes no more; when it does again, the reactor says so.</summary>
    private void Send()
    {
        while (_sent < _queued)
        {
            // SAFETY: frame and scratch live as long as the load.
            SysResult sent = SocketCalls.Send(_descriptor, _queued - _sent == 1 ? NextFrame() : Compose());
            if (sent.IsError)
            {
                if (!sent.WouldBlock)
                {
                    Fail(Errno.Describe(sent.Errno));
                }

                return;
            }

            int length = _context.Frame.Length;
            (int frames, _sentOfNext) = Math.DivRem(_sentOfNext + sent.Value, length);
            _sent += frames;
        }
    }

    /// <summary>What is left of the next frame, in place: a lone request is never copied.</summary>
    private IoVector NextFrame() => new()
    {
        Base = Stamp(_sent) + _sentOfNext,
        Length = (nuint)(_context.Frame.Length - _sentOfNext),
    };

    /// <summary>As much of all that is to be sent as the scratch holds.</summary>
    private IoVector Compose()
    {
        byte* start = _context.Scratch.Pointer;
        int offset = _sentOfNext;
        int length = 0;
        for (long i = _sent; i < _queued && length < Scratch.Bytes; i++)
        {
            int count = Math.Min(_context.Frame.Length - offset, Scratch.Bytes - length);
            new ReadOnlySpan<byte>(Stamp(i) + offset, count).CopyTo(new Span<byte>(start + length, count));
            length += count;
            offset = 0;
        }

        return new IoVector { Base = start, Length = (nuint)length };
    }

    private byte* Stamp(long outgoing)
    {
        int place = _outgoing[outgoing % _outgoing.Length];
        return _context.Frame.Stamp(new FrameStamp(Number, place, _slots[place].Sequence));
    }

    private void FreeAll()
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i].IsUnderWay = false;
            _free[i] = _slots.Length - 1 - i;
        }

        _freeCount = _slots.Length;
        (_queued, _sent, _sentOfNext) = (0, 0, 0);
        _verifier.Reset();
    }

    private void Fail(string error)
    {
        _context.Meter.Failed(Number, error);
        Dispose();
    }

    /// <summary>A place for one request at a time.</summary>
    private struct Slot
    {
        public long Due;
        public long Sequence;
        public bool IsUnderWay;
    }
}
