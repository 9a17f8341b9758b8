namespace Netpoll.Poller.Buffers;

/// <summary>Slices: parts of the buffer with a life of their own.</summary>
public sealed partial class LinkBuffer
{
    /// <summary>Takes the next <paramref name="n"/> bytes as a slice that outlives them here. Nothing is copied.</summary>
    /// <param name="n">Number of bytes, at most <see cref="Length"/>; zero or less gives an empty slice.</param>
    /// <returns>A slice that the caller disposes.</returns>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes.</exception>
    public BufferSlice Slice(int n)
    {
        if (n > 0)
        {
            EnsureReadable(n);
        }

        var slice = new BufferSlice();
        Slice(n, slice);
        return slice;
    }

    /// <summary>Takes the next <paramref name="n"/> bytes into an existing, empty slice. Nothing is copied and nothing allocated.</summary>
    /// <param name="n">Number of bytes, at most <see cref="Length"/>; zero or less leaves the slice empty.</param>
    /// <param name="into">An empty slice: new, disposed, or moved out of.</param>
    /// <exception cref="InvalidOperationException">The buffer holds fewer bytes, or the slice is not empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="into"/> is null.</exception>
    public void Slice(int n, BufferSlice into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (!into.IsEmpty)
        {
            BufferThrow.SliceInUse();
        }

        Block? block = _read;
        if (block is null || (uint)(n - 1) >= (uint)block.Unread)
        {
            SliceSlow(n, into);
            return;
        }

        block.Issue();
        into.Fill(block, block.Start, n);
        block.Start += n;
        Consumed(n);
    }

    private void SliceSlow(int n, BufferSlice into)
    {
        if (n <= 0)
        {
            return;
        }

        EnsureReadable(n);
        Block first = FirstUnread();
        if (first.Unread >= n)
        {
            Slice(n, into);
            return;
        }

        // The slice holds every block from the first to the last and reads them as the segments that they are.
        int start = first.Start;
        int left = n;
        Block? previous = null;
        Block block = first;
        while (true)
        {
            block.Issue();
            block.Stamp(previous);
            int step = Math.Min(left, block.Unread);
            block.Start += step;
            left -= step;
            if (left == 0)
            {
                break;
            }

            previous = block;
            block = block.NextBlock!;
        }

        into.Fill(first, start, block, block.Start, n);
        _head ??= first;
        _read = block;
        Consumed(n);
    }
}
