using System.Numerics;

namespace Netpoll.Poller.Buffers;

/// <summary>
/// The sizes that a pool keeps apart: powers of two from 1 KiB to 8 MiB, the bare node without memory of its own, and what is too big to keep.
/// </summary>
/// <remarks>netpoll keeps buffers of up to 8 MiB and leaves larger ones to the garbage collector; so does this.</remarks>
internal static class SizeClasses
{
    /// <summary>A node without memory of its own: it shows a caller's memory, or a part of another block.</summary>
    public const int Bare = 0;

    /// <summary>The class of 1 KiB.</summary>
    public const int Smallest = 1;

    /// <summary>The class of 8 MiB.</summary>
    public const int Largest = 14;

    /// <summary>Above 8 MiB: allocated to measure, never kept.</summary>
    public const int Unpooled = 15;

    /// <summary>Number of classes, all of the above.</summary>
    public const int Count = 16;

    /// <summary>Largest block that is kept for reuse, in bytes.</summary>
    public const int MaxPooledBytes = 8 * 1024 * 1024;

    /// <summary>The smallest class that holds <paramref name="bytes"/> (at least 1).</summary>
    public static int For(int bytes) =>
        bytes > MaxPooledBytes ? Unpooled : BitOperations.Log2((uint)(bytes - 1) | 1023u) - 8;

    /// <summary>Bytes of a block of a class; 0 for <see cref="Bare"/> and <see cref="Unpooled"/>.</summary>
    public static int BytesOf(int sizeClass) => sizeClass is Bare or Unpooled ? 0 : 512 << sizeClass;
}
