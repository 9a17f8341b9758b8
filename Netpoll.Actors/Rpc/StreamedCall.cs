using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Threading.Channels;
using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// A call that is answered by a stream. The loop puts items in and one reader takes them out; what waits between the two is counted in the
/// bytes of their frames. Disposing of it ends the call, if the server has not.
/// </summary>
/// <remarks>
/// Who holds the server back depends on the connection. Where the stream has it to itself, the connection is not read while too much waits. Where
/// others use it too, the server may send a window of bytes, and is granted more as the reader takes them, if the protocol can say so;
/// else, or if the server sends more all the same, the stream is overrun and ends.
/// </remarks>
internal sealed class StreamedCall(int maxUnreadBytes, bool hasWindow) : PendingCall, IDisposable
{
    /// <summary>What an item costs besides its bytes, about, so that empty ones have an end too: an array's header and a place in the queue.</summary>
    private const int ItemBytes = 32;

    private readonly Channel<(byte[] Item, int Cost)> _items =
        Channel.CreateUnbounded<(byte[], int)>(new UnboundedChannelOptions { SingleReader = true });

    // What items cost: the loop writes what was received and what was granted, the reader what was read.
    private long _received;
    private long _granted = hasWindow ? WindowOf(maxUnreadBytes) : 0;
    private long _read;

    private IActorRef? _heldBack;
    private StreamWasRead? _wasRead;
    private long _toldAt;

    public override int StreamWindow { get; } = hasWindow ? WindowOf(maxUnreadBytes) : 0;

    /// <summary>Whether the reader has been given anything: it would get that twice if the call were made again.</summary>
    public override bool HasItems => Volatile.Read(ref _received) > 0;

    /// <summary>Whether more waits to be read than should.</summary>
    public bool IsFull => Unread > maxUnreadBytes;

    /// <summary>Whether the server has sent as much as it may, so that one more item is too much. Loop thread.</summary>
    public bool IsExhausted => StreamWindow > 0 ? _received >= _granted : Unread >= maxUnreadBytes;

    /// <summary>The frame with which it ended well; the reader's when it has heard of the end.</summary>
    public ReadOnlyMemory<byte> End { get; private set; }

    private long Unread => Volatile.Read(ref _received) - Interlocked.Read(ref _read);

    /// <summary>Copies an item, so that a small one does not keep a whole block of the connection's input. Loop thread.</summary>
    /// <param name="item">The item.</param>
    /// <param name="frameBytes">The bytes of its frame's payload.</param>
    public void AddItem(in ReadOnlySequence<byte> item, int frameBytes)
    {
        int cost = StreamWindow > 0 ? frameBytes : checked((int)item.Length + ItemBytes);
        Volatile.Write(ref _received, _received + cost);
        byte[] copy = new byte[item.Length];
        item.CopyTo(copy);
        _items.Writer.TryWrite((copy, cost));
    }

    /// <summary>Has the reader tell the connection when half is read. Loop thread.</summary>
    /// <returns>False if that has happened in this moment: there is nothing to wait for.</returns>
    public bool TryHoldBack(IActorRef connection)
    {
        // First the note, then the look: the reader takes first and looks for the note then, so that one of the two sees the other.
        Interlocked.Exchange(ref _heldBack, connection);
        return !HasRoom || Interlocked.Exchange(ref _heldBack, null) is null;
    }

    /// <summary>Grants as much as fits by now. Loop thread.</summary>
    /// <param name="total">How much the stream may have sent.</param>
    /// <returns>False if that is no news.</returns>
    public bool TryGrant(out long total)
    {
        total = Interlocked.Read(ref _read) + StreamWindow;
        if (IsEnded || total <= _granted)
        {
            return false;
        }

        _granted = total;
        return true;
    }

    /// <summary>Waits for an item, or for the end.</summary>
    /// <returns>False at the end; what the call has failed with is thrown.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _items.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next item, if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out byte[]? item)
    {
        bool isRead = _items.Reader.TryRead(out (byte[] Item, int Cost) next);
        item = next.Item;
        if (!isRead)
        {
            return false;
        }

        long read = Interlocked.Add(ref _read, next.Cost);
        if (StreamWindow > 0)
        {
            // Half a window at a time, so that a stream of small items is not answered item by item.
            if (read - _toldAt >= StreamWindow / 2 && !IsEnded)
            {
                _toldAt = read;
                Link!.Connection.Actor.Tell(_wasRead ??= new StreamWasRead(this), ActorRefs.NoSender);
            }
        }
        else if (HasRoom)
        {
            Interlocked.Exchange(ref _heldBack, null)?.Tell(StreamHasRoom.Instance, ActorRefs.NoSender);
        }

        return true;
    }

    public override void EndStream(in ReadOnlySequence<byte> frame)
    {
        if (TryEnd())
        {
            EndTrace();
            byte[] copy = new byte[frame.Length];
            frame.CopyTo(copy);
            End = copy;
            _items.Writer.TryComplete();
        }
    }

    public void Dispose()
    {
        if (TryEnd())
        {
            EndTrace();
            Router?.OnCancelled(this);
        }
    }

    protected override void Finish(in Response response)
    {
        response.Dispose();
        Finish(new RpcException("The server has answered with one answer, where a stream was expected."));
    }

    protected override void Finish(Exception error) => _items.Writer.TryComplete(error);

    // A power of 2, as protocols say it.
    private static int WindowOf(int maxUnreadBytes) => 1 << Math.Max(1, BitOperations.Log2((uint)maxUnreadBytes));

    private bool HasRoom => Unread <= maxUnreadBytes / 2;
}
