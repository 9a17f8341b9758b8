namespace Netpoll.Poller.Buffers;

/// <summary>Giving memory back once it is read.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>
    /// Returns the memory of all bytes read so far. Every span, memory and sequence that this buffer gave out becomes invalid; slices do not.
    /// A buffer that is drained, with nothing reserved, returns its last block too (unless it is concurrent).
    /// </summary>
    public void Release() => ReleaseRead(keepTail: _isConcurrent);

    /// <summary>As <see cref="Release"/>, where whoever guards the buffer knows whether its writer may be at work in the last block.</summary>
    internal void ReleaseRead(bool keepTail)
    {
        if (_copies is not null || _peeked is not null)
        {
            ReleaseCopies();
        }

        Block? block = _read;
        if (block is not null && block.Unread == 0)
        {
            block = ReleaseDrained(block, keepTail);
        }

        if (_head is not null)
        {
            ReleaseBefore(block);
        }
    }

    /// <summary>The reading block is read to its end: goes on to the next, or lets go of everything.</summary>
    private Block? ReleaseDrained(Block block, bool keepTail)
    {
        if (Length > 0)
        {
            return FirstUnread();
        }

        if (keepTail || _malloced != 0 || _isLent || _reservedTail != 0)
        {
            // Someone writes here, now or next.
            return block;
        }

        AdaptToBacklog();
        _read = _write = _flush = null;
        if (_head is null && block.NextBlock is null)
        {
            block.Unlink();
        }
        else
        {
            _head ??= block;
        }

        return null;
    }

    /// <summary>Unlinks the blocks from the head up to, and without, <paramref name="end"/>.</summary>
    private void ReleaseBefore(Block? end)
    {
        Block? block = _head;
        _head = null;
        while (block != end)
        {
            Block? next = block!.NextBlock;
            block.Unlink();
            block = next;
        }
    }

    /// <summary>Unlinks the blocks before the reading one that nobody was shown; the others stay until <see cref="Release"/>.</summary>
    private void ReleaseUnexposed()
    {
        if (Length > 0)
        {
            _ = FirstUnread();
        }

        Block? end = _read;
        Block? block = _head;
        Block? kept = null;
        _head = null;
        while (block is not null && block != end)
        {
            Block? next = block.NextBlock;
            if (block.Exposed)
            {
                _head ??= block;
                kept = block;
            }
            else
            {
                // No sequence and no slice runs over an unexposed block, so its neighbours may be joined.
                block.Unlink();
                kept?.NextBlock = next;
            }

            block = next;
        }
    }

    private void ReleaseCopies()
    {
        Block? copy = _copies;
        _copies = null;
        while (copy is not null)
        {
            Block? next = copy.NextBlock;
            copy.Unlink();
            copy = next;
        }

        Block? peeked = _peeked;
        _peeked = null;
        peeked?.Unlink();
    }
}
