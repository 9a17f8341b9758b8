using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>Where the two fields of <c>struct epoll_event</c> lie: packed on x64 (12 bytes, data at 4), naturally aligned elsewhere (16, data at 8).</summary>
/// <remarks>The kernel packs the structure on x86-64 only, so that 32-bit programs can share it (<c>EPOLL_PACKED</c> in its <c>eventpoll.h</c>).</remarks>
internal readonly unsafe struct EpollLayout
{
    public const int MaxStride = 16;

    private readonly int _dataOffset;

    private EpollLayout(int stride, int dataOffset) => (Stride, _dataOffset) = (stride, dataOffset);

    public static EpollLayout Packed => new(12, 4);

    public static EpollLayout Natural => new(16, 8);

    public static EpollLayout Current { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Packed : Natural;

    /// <summary>Bytes from one event to the next.</summary>
    public int Stride { get; }

    public void Write(byte* entry, uint events, ulong data)
    {
        Unsafe.WriteUnaligned(entry, events);
        Unsafe.WriteUnaligned(entry + _dataOffset, data);
    }

    public static uint ReadEvents(byte* entry) => Unsafe.ReadUnaligned<uint>(entry);

    public ulong ReadData(byte* entry) => Unsafe.ReadUnaligned<ulong>(entry + _dataOffset);
}

/// <summary>The native array that <c>epoll_wait</c> fills. Owned by one poller; freed by <see cref="Dispose"/>.</summary>
internal sealed unsafe class EpollEvents : IDisposable
{
    private readonly EpollLayout _layout = EpollLayout.Current;

    public EpollEvents(int capacity)
    {
        Capacity = capacity;
        Pointer = (byte*)NativeMemory.Alloc((nuint)capacity, (nuint)_layout.Stride);
    }

    public int Capacity { get; }

    public byte* Pointer { get; private set; }

    public uint EventsAt(int index) => EpollLayout.ReadEvents(Pointer + (index * _layout.Stride));

    public ulong DataAt(int index) => _layout.ReadData(Pointer + (index * _layout.Stride));

    public void Dispose()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
