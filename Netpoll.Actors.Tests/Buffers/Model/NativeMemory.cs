using System.Buffers;

namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>Memory that is no array, and tells whether it was disposed and how often it is pinned.</summary>
internal sealed unsafe class NativeMemory : MemoryManager<byte>
{
    private readonly byte* _pointer;
    private readonly int _length;

    public NativeMemory(ReadOnlySpan<byte> bytes)
    {
        _length = bytes.Length;
        _pointer = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)Math.Max(1, _length));
        bytes.CopyTo(new Span<byte>(_pointer, _length));
    }

    public bool IsDisposed { get; private set; }

    public int Pins { get; private set; }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new Span<byte>(_pointer, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        Pins++;
        return new MemoryHandle(_pointer + elementIndex, default, this);
    }

    public override void Unpin() => Pins--;

    protected override void Dispose(bool disposing)
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            System.Runtime.InteropServices.NativeMemory.Free(_pointer);
        }
    }
}
