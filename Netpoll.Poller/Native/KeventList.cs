using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>A native array of <c>struct kevent</c>: changes on their way to the kernel, or events from it. Owned by one poller; freed by <see cref="Dispose"/>.</summary>
internal sealed unsafe class KeventList(KeventLayout layout, int capacity) : IDisposable
{
    public int Capacity { get; } = capacity;

    /// <summary>How many entries are in use, from the front.</summary>
    public int Count { get; set; }

    public byte* Pointer { get; private set; } = (byte*)NativeMemory.Alloc((nuint)capacity, (nuint)layout.Stride);

    public Kevent this[int index] => KeventLayout.Read(Pointer + (index * layout.Stride));

    /// <summary>Puts an entry behind the others. There must be room.</summary>
    public void Add(in Kevent value)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(Count, Capacity);
        layout.Write(Pointer + (Count++ * layout.Stride), value);
    }

    public void Dispose()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
