namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>The plain byte list that the buffer is compared with.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = new byte[1024];
    private int _start;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Count);

    public void Add(ReadOnlySpan<byte> bytes) => Insert(Count, bytes);

    public void Insert(int index, ReadOnlySpan<byte> bytes)
    {
        if (_start + Count + bytes.Length > _bytes.Length)
        {
            var wider = new byte[(Count + bytes.Length) * 2];
            Span.CopyTo(wider);
            (_bytes, _start) = (wider, 0);
        }

        Span<byte> tail = _bytes.AsSpan(_start + index, Count - index);
        tail.CopyTo(_bytes.AsSpan(_start + index + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_start + index));
        Count += bytes.Length;
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = Span[..count];
        _start += count;
        Count -= count;
        return taken;
    }

    public void Truncate(int count) => Count = count;

    public void Clear() => (_start, Count) = (0, 0);
}
