namespace Netpoll.Poller.Buffers;

/// <summary>How much space one read is given: from what the last reads brought.</summary>
/// <remarks>
/// netpoll's rule: begin with 8 KiB, double after each read that fills its space, up to 8 MiB; and make a fresh block as large as the
/// most bytes that lately lay here at once, so that a long message comes to lie in one piece. Ours shrinks as well.
/// </remarks>
public sealed partial class LinkBuffer
{
    private const int MinReadShift = 13;
    private const int MaxReadShift = 23;

    /// <summary>
    /// Reads in a row that used a quarter of their space or less, after which it is halved. Four: a stray short read in a stream of long ones
    /// must not cost the next ones a second system call. Chosen, not measured.
    /// </summary>
    private const int ShortReadsToShrink = 4;

    /// <summary>Binary logarithm of the space for one read.</summary>
    private byte _readShift = MinReadShift;
    private byte _shortReads;

    /// <summary>The most bytes held since the buffer was last drained.</summary>
    private int _backlog;

    /// <summary>What a drain expects the next backlog to be: at once up to a larger one, down by an eighth each time.</summary>
    private int _expectedBacklog;

    /// <summary>Size of the next fresh block for reading, in bytes: 8 KiB to 8 MiB.</summary>
    internal int ReadSize => Math.Max(1 << _readShift, Math.Min(_expectedBacklog, SizeClasses.MaxPooledBytes));

    private void AdaptToRead(int bytes, long capacity)
    {
        int held = (int)Math.Min(Length, SizeClasses.MaxPooledBytes);
        if (held > _backlog)
        {
            _backlog = held;
        }

        int size = 1 << _readShift;
        if (bytes == capacity)
        {
            _shortReads = 0;
            if (bytes >= size && _readShift < MaxReadShift)
            {
                _readShift++;
            }
        }
        else if (_readShift > MinReadShift)
        {
            _shortReads = bytes <= size / 4 ? (byte)(_shortReads + 1) : (byte)0;
            if (_shortReads == ShortReadsToShrink)
            {
                _shortReads = 0;
                _readShift--;
            }
        }
    }

    /// <summary>The buffer was drained and its memory goes back: the time to learn what it held.</summary>
    private void AdaptToBacklog()
    {
        int backlog = _backlog;
        _backlog = 0;
        if ((backlog | _expectedBacklog) >> MinReadShift != 0)
        {
            _expectedBacklog = Math.Max(backlog, _expectedBacklog - ((_expectedBacklog + 7) / 8));
        }
    }
}
