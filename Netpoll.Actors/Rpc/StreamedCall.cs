using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// A call that is answered by a stream. The loop puts items in and one reader takes them out; what waits between the two is counted in bytes.
/// Disposing of it ends the call, if the server has not.
/// </summary>
internal sealed class StreamedCall(int maxUnreadBytes) : PendingCall, IDisposable
{
    /// <summary>What an item costs besides its bytes, about, so that empty ones have an end too: an array's header and a place in the queue.</summary>
    private const int ItemBytes = 32;

    private readonly Channel<byte[]> _items = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private long _unreadBytes;
    private IActorRef? _heldBack;
    private bool _hasItems;

    /// <summary>Never with items: the reader would get them twice.</summary>
    public override bool MayRepeat => base.MayRepeat && !_hasItems;

    /// <summary>Whether more waits to be read than should.</summary>
    public bool IsFull => Interlocked.Read(ref _unreadBytes) > maxUnreadBytes;

    /// <summary>Copies an item, so that a small one does not keep a whole block of the connection's input. Loop thread.</summary>
    public void AddItem(in ReadOnlySequence<byte> item)
    {
        _hasItems = true;
        Interlocked.Add(ref _unreadBytes, item.Length + ItemBytes);
        byte[] copy = new byte[checked((int)item.Length)];
        item.CopyTo(copy);
        _items.Writer.TryWrite(copy);
    }

    /// <summary>Has the reader tell the connection when half is read. Loop thread.</summary>
    /// <returns>False if that has happened in this moment: there is nothing to wait for.</returns>
    public bool TryHoldBack(IActorRef connection)
    {
        // First the note, then the look: the reader takes first and looks for the note then, so that one of the two sees the other.
        Interlocked.Exchange(ref _heldBack, connection);
        return !HasRoom || Interlocked.Exchange(ref _heldBack, null) is null;
    }

    /// <summary>Waits for an item, or for the end.</summary>
    /// <returns>False at the end; what the call has failed with is thrown.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _items.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next item, if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out byte[]? item)
    {
        if (!_items.Reader.TryRead(out item))
        {
            return false;
        }

        Interlocked.Add(ref _unreadBytes, -(item.Length + ItemBytes));
        if (HasRoom)
        {
            Interlocked.Exchange(ref _heldBack, null)?.Tell(StreamHasRoom.Instance, ActorRefs.NoSender);
        }

        return true;
    }

    public override void EndStream()
    {
        if (TryEnd())
        {
            _items.Writer.TryComplete();
        }
    }

    public void Dispose()
    {
        if (TryEnd())
        {
            Router?.OnCancelled(this);
        }
    }

    protected override void Finish(in Response response)
    {
        response.Dispose();
        Finish(new RpcException("The server has answered with one answer, where a stream was expected."));
    }

    protected override void Finish(Exception error) => _items.Writer.TryComplete(error);

    private bool HasRoom => Interlocked.Read(ref _unreadBytes) <= maxUnreadBytes / 2;
}
