using System.Runtime.CompilerServices;

namespace Netpoll.Poller.Native;

/// <summary>One change to a kqueue, or one event of it, without what nobody here uses.</summary>
/// <param name="Ident">The descriptor, or the number of a user's event.</param>
/// <param name="Filter"><c>EVFILT_*</c>.</param>
/// <param name="Flags"><c>EV_*</c>.</param>
/// <param name="FilterFlags">At the end of a stream: the socket's error number, as the system numbers it.</param>
/// <param name="Data">Of an error: its number.</param>
internal readonly record struct Kevent(long Ident, short Filter, ushort Flags, uint FilterFlags = 0, long Data = 0);

/// <summary>
/// How <c>struct kevent</c> lies in the memory of a 64-bit process. The fields of macOS and FreeBSD are at the same places; FreeBSD, since 12.0,
/// has four more words behind them.
/// </summary>
/// <param name="Stride">Bytes from one entry to the next.</param>
/// <param name="EVFILT_USER">The number of the filter for events that the process itself triggers.</param>
internal readonly unsafe record struct KeventLayout(int Stride, short EVFILT_USER)
{
    /// <summary>Room for one entry of any layout.</summary>
    public const int MaxStride = 64;

    private const int FilterOffset = 8;
    private const int FlagsOffset = 10;
    private const int FilterFlagsOffset = 12;
    private const int DataOffset = 16;

    /// <summary>macOS' plain structure: <c>kevent64_s</c> has the same fields and two words that only other filters use.</summary>
    public static KeventLayout MacOS => new(32, -10);

    public static KeventLayout FreeBsd => new(64, -11);

    public void Write(byte* entry, in Kevent value)
    {
        Unsafe.InitBlockUnaligned(entry, 0, (uint)Stride);
        Unsafe.WriteUnaligned(entry, value.Ident);
        Unsafe.WriteUnaligned(entry + FilterOffset, value.Filter);
        Unsafe.WriteUnaligned(entry + FlagsOffset, value.Flags);
        Unsafe.WriteUnaligned(entry + FilterFlagsOffset, value.FilterFlags);
        Unsafe.WriteUnaligned(entry + DataOffset, value.Data);
    }

    public static Kevent Read(byte* entry) => new(
        Unsafe.ReadUnaligned<long>(entry),
        Unsafe.ReadUnaligned<short>(entry + FilterOffset),
        Unsafe.ReadUnaligned<ushort>(entry + FlagsOffset),
        Unsafe.ReadUnaligned<uint>(entry + FilterFlagsOffset),
        Unsafe.ReadUnaligned<long>(entry + DataOffset));
}
