using System.Diagnostics.CodeAnalysis;

namespace Netpoll.Poller.Buffers;

/// <summary>The exceptions of this folder, thrown out of line so that the methods that may throw stay small.</summary>
internal static class BufferThrow
{
    [DoesNotReturn]
    public static void NotEnough(long wanted, long available) =>
        throw new InvalidOperationException($"{wanted} bytes were asked for; the buffer holds {available}.");

    [DoesNotReturn]
    public static void Negative(string argument, long value) =>
        throw new ArgumentOutOfRangeException(argument, value, "It must not be negative.");

    [DoesNotReturn]
    public static void BeyondReserved(string argument, long value, long reserved) =>
        throw new ArgumentOutOfRangeException(argument, value, $"Only {reserved} bytes are reserved.");

    [DoesNotReturn]
    public static void SliceInUse() =>
        throw new InvalidOperationException("The slice still holds bytes. Dispose it, or move them out, before it is filled again.");

    [DoesNotReturn]
    public static void BufferDisposed() => throw new ObjectDisposedException(nameof(LinkBuffer));

    [DoesNotReturn]
    public static void UnflushedBeforeRead() =>
        throw new InvalidOperationException("Reserved bytes must be flushed or dropped before the buffer is read into.");

    [DoesNotReturn]
    public static void ReadReserved() =>
        throw new InvalidOperationException("Space is reserved for a read; commit the read before writing.");

    [DoesNotReturn]
    public static void NotReserved(int bytes) =>
        throw new InvalidOperationException($"{bytes} bytes cannot be committed: no read vectors were reserved, or fewer bytes.");

    [DoesNotReturn]
    public static void AppendToItself() => throw new ArgumentException("A buffer cannot be appended to itself.");

    [DoesNotReturn]
    public static void ForeignThread() =>
        throw new InvalidOperationException("The cache is not the current one of this thread.");
}
