using System.Buffers;
using System.Buffers.Binary;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Tests.Connections.Model;

/// <summary>
/// What is known of one connection's life, and what must be true of it. The driver, the handler and the event stream tell it what happens, each on
/// its own thread; the first thing that cannot be true is kept as <see cref="Failure"/>.
/// </summary>
internal sealed class ModelLife : IDisposable
{
    /// <summary>In place of a request's number: a frame that the handler's side sends of its own accord, or a failure's answer.</summary>
    public const uint Unasked = 0x8000_0000;

    public const uint FailureAnswer = 0xFFFF_FFFF;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte[]> _requests = [];
    private readonly List<string> _log = [];
    private int _connected;
    private int _received;
    private uint _nextAnswer;
    private uint _nextUnasked;
    private uint _unasked;
    private int _answers;
    private int _closes;
    private int _releases;
    private Ending? _told;
    private Ending? _published;

    /// <summary>The first thing that went wrong.</summary>
    public string? Failure { get; private set; }

    /// <summary>True once something was done that may keep requests or answers from arriving.</summary>
    public bool IsDisturbed { get; private set; }

    /// <summary>True once this side has been told to send nothing more.</summary>
    public bool IsOutputClosed { get; private set; }

    /// <summary>Whether requests may be refused, so that not every one reaches the handler.</summary>
    public bool MaySkip { get; set; }

    /// <summary>Frames that this side was told to send while nothing kept them from leaving.</summary>
    public uint Promised { get; private set; }

    /// <summary>Every step and everything that came of it, in order.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
            {
                return string.Join(' ', _log);
            }
        }
    }

    /// <summary>Its end was told to everybody.</summary>
    public bool IsPublished => Volatile.Read(ref _closes) > 0;

    /// <summary>Ends when the socket is closed.</summary>
    public Task Released => _released.Task;

    public bool IsReleased => _released.Task.IsCompleted;

    /// <summary>Disposed by the channel when the socket is closed.</summary>
    public void Dispose()
    {
        Note("socket-closed", () => Demand(++_releases == 1, "the socket was closed twice"));
        _released.TrySetResult();
    }

    public void Note(string what, Action? then = null)
    {
        lock (_lock)
        {
            _log.Add(what);
            then?.Invoke();
        }
    }

    /// <summary>The next request, which is from now on expected to come.</summary>
    public byte[] AddRequest(ModelRequest kind, int size, Random random)
    {
        byte[] payload = new byte[Math.Max(5, size)];
        random.NextBytes(payload);
        lock (_lock)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload, _requests.Count);
            payload[4] = (byte)kind;
            _requests.Add(payload);
        }

        return payload;
    }

    public void Disturb(string by) => Note(by, () => IsDisturbed = true);

    /// <summary>A frame that is sent unasked; it is promised to arrive, unless something has happened that may keep it.</summary>
    public byte[] AddUnasked(int size, bool isPromised)
    {
        byte[] payload = new byte[Math.Max(4, size)];
        lock (_lock)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload, Unasked | _unasked++);
            if (isPromised && !IsOutputClosed && !IsDisturbed)
            {
                Promised = _unasked;
            }
        }

        return payload;
    }

    public void CloseOutput(string how) => Note(how, () => IsOutputClosed = true);

    public void OnConnected() => Note("connected", () =>
    {
        _connected++;
        Demand(_told is null, "connected after the end");
    });

    public void OnRequest(in ReadOnlySequence<byte> payload)
    {
        byte[] bytes = payload.ToArray();
        Note($"request-{_received}", () =>
        {
            Demand(_connected > 0, "a request before the connection");
            Demand(_told is null, "a request after the end");
            int number = BinaryPrimitives.ReadInt32BigEndian(bytes);
            if (MaySkip && number > _received)
            {
                _received = number;
            }

            if (Demand(_received < _requests.Count, "a request that was not sent"))
            {
                Demand(_requests[_received].AsSpan().SequenceEqual(bytes), $"not request {_received}, or not its bytes");
            }

            _received++;
        });
    }

    public void OnWritabilityChanged() => Note("writability", () => Demand(_told is null, "a change after the end"));

    public void OnDisconnected(CloseReason reason, Exception? error) => Note($"disconnected({reason})", () =>
    {
        Demand(_told is null, "disconnected twice");
        Demand(_connected > 0, "disconnected, but never connected");
        _told = new Ending(reason, error);
    });

    public void OnPublished(CloseReason reason, Exception? error) => Note($"closed({reason})", () =>
    {
        Demand(++_closes == 1, "closed twice");
        _published = new Ending(reason, error);
    });

    /// <summary>The peer has received a frame.</summary>
    public void OnAnswer(byte[] payload)
    {
        lock (_lock)
        {
            uint number = BinaryPrimitives.ReadUInt32BigEndian(payload);
            if (number == FailureAnswer)
            {
                return;
            }

            if ((number & Unasked) != 0)
            {
                Demand((number & ~Unasked) == _nextUnasked, $"frame {number & ~Unasked} arrived instead of {_nextUnasked}");
                _nextUnasked = (number & ~Unasked) + 1;
                return;
            }

            Demand(number >= _nextAnswer, $"answer {number} came after answer {_nextAnswer - 1}");
            Demand(number < _requests.Count && _requests[(int)number].AsSpan().SequenceEqual(payload), $"answer {number} has other bytes");
            _nextAnswer = number + 1;
            _answers++;
        }
    }

    /// <summary>Everything is over: what must be true of the whole.</summary>
    /// <param name="isPublicHeard">False when who listens to ends may be gone before this one.</param>
    /// <param name="isHandlerHeard">False when the handler may have died before it heard of the connection.</param>
    /// <param name="isFinishedByPeer">The peer sent whole requests, ended its side in good order, and read to the end.</param>
    /// <param name="isOrderlyEnd">What the peer read ended in good order.</param>
    /// <param name="isBroken">A fault broke the connection.</param>
    public void VerifyEnd(bool isPublicHeard, bool isHandlerHeard, bool isFinishedByPeer, bool isOrderlyEnd, bool isBroken)
    {
        lock (_lock)
        {
            Demand(_published is not null || !isPublicHeard, "nobody was told of the end");
            Demand(_releases == 1, "the socket is not closed");
            Demand(_connected > 0 || IsDisturbed || !isHandlerHeard, "the handler never heard of it");
            Demand((_told is not null) == (_connected > 0), "the handler did not hear of the end");
            if (_told is { } told && _published is { } published)
            {
                Demand(told == published, $"the handler heard {told}, everybody else {published}");
            }

            if (isBroken || IsDisturbed || !isFinishedByPeer)
            {
                return;
            }

            Demand(_published?.Reason == CloseReason.PeerClosed, $"the peer closed, but the reason is {_published?.Reason}");
            Demand(_received == _requests.Count, $"{_received} of {_requests.Count} requests arrived");
            Demand(isOrderlyEnd, "the peer was reset");
            if (!IsOutputClosed)
            {
                int owed = _requests.Count(request => (ModelRequest)request[4] != ModelRequest.Complete);
                Demand(_answers == owed, $"{_answers} of {owed} answers arrived");
                Demand(_nextUnasked >= Promised, $"{_nextUnasked} of {Promised} frames arrived");
            }
        }
    }

    /// <summary>This side closed, and nothing else happened that could keep its last bytes from the peer, which read to the end.</summary>
    public void VerifyLocalClose(bool isOrderlyEnd)
    {
        lock (_lock)
        {
            Demand(isOrderlyEnd, "the peer was reset by a close");
            Demand(_nextUnasked >= Promised, $"{_nextUnasked} of {Promised} frames arrived that were sent before the close");
        }
    }

    private bool Demand(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            Failure ??= otherwise;
        }

        return isTrue;
    }

    private sealed record Ending(CloseReason Reason, Exception? Error);
}

/// <summary>What a handler is asked to do with a request.</summary>
internal enum ModelRequest : byte
{
    /// <summary>Answer with the request's own memory.</summary>
    Echo,

    /// <summary>Answer with a copy.</summary>
    Copy,

    /// <summary>Keep the payload and answer with it on another thread.</summary>
    Later,

    /// <summary>No answer.</summary>
    Complete,

    // From here on the connection may end of it.
    Fail,
    Throw,
    Stop,
    Close,
    Abort,
}
