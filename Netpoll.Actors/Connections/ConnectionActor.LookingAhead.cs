using System.Buffers;
using Netpoll.Actors.Framing;

namespace Netpoll.Actors.Connections;

/// <summary>
/// Reading on while no request can be taken, for frames that are about the requests which are open: a cancellation must not wait until one of
/// those has ended by itself.
/// </summary>
internal abstract partial class ConnectionActor
{
    /// <summary>So much is read ahead; then the peer waits, as it does at once in a protocol without such frames (arbitrary: some thousands of them).</summary>
    private const int MaxAheadBytes = 256 * 1024;

    private bool _isAhead;
    private bool _hasEndAhead;

    // How much of the input was looked at.
    private long _seenAhead;

    /// <summary>Who knows which frames must not wait; null where none are.</summary>
    protected virtual IProtocolFrames? Roles => null;

    /// <summary>Deals with a frame that must not wait. It stays in the input, and is taken again in its turn.</summary>
    protected virtual void TakeAhead(FrameRole role, ulong id, in ReadOnlySequence<byte> payload)
    {
    }

    private bool CanReadAhead => _isAhead && !_hasEndAhead && !_isPaused && _input.Length < MaxAheadBytes
        && Bridge.Output.Length < Settings.OutputHighWaterBytes;

    // After frames were cut: what is left begins with one that must wait, or with a part of one.
    private void LookAhead(long cutBytes)
    {
        _isAhead = Roles is not null && !HasRoom;
        if (!_isAhead)
        {
            _seenAhead = 0;
            return;
        }

        _seenAhead = Math.Max(0, _seenAhead - cutBytes);
        if (_input.IsEmpty)
        {
            return;
        }

        ReadOnlySequence<byte> ahead = _input.AsSequence().Slice(_seenAhead);

        // What is no frame is found out when its turn comes.
        while (!ahead.IsEmpty && Settings.Codec.TryDecode(ahead, out FrameBounds frame) == DecodeStatus.Complete)
        {
            ReadOnlySequence<byte> payload = ahead.Slice(frame.PrefixBytes, frame.PayloadBytes);
            FrameRole role = Roles!.GetRole(payload, out ulong id);
            if (role != FrameRole.Request)
            {
                TakeAhead(role, id, payload);
            }

            _seenAhead += frame.TotalBytes;
            ahead = ahead.Slice(frame.TotalBytes);
        }
    }
}
