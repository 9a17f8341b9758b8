using System.Buffers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>A buffer and the model of it, side by side: each step is done to both, and what they show is compared.</summary>
internal sealed partial class BufferModel : IDisposable
{
    private readonly BlockPool _pool;
    private readonly LinkBuffer _buffer;
    private readonly ByteQueue _readable = new();
    private readonly ByteQueue _pending = new();
    private readonly List<(BufferSlice Slice, byte[] Bytes)> _slices = [];

    /// <summary>Sequences that the buffer showed and that are good until its release.</summary>
    private readonly List<(ReadOnlySequence<byte> Sequence, byte[] Bytes)> _shown = [];

    /// <summary>Memory whose owner the buffer took over.</summary>
    private readonly List<NativeMemory> _given = [];

    /// <summary>A caller's memory that is linked; disposed at the end.</summary>
    private readonly List<NativeMemory> _lent = [];
    private byte _nextByte;

    public BufferModel(BlockPool pool)
    {
        _pool = pool;
        _buffer = new LinkBuffer(pool);
    }

    public static void Run(BlockPool pool, ReadOnlySpan<Step> steps)
    {
        using (var model = new BufferModel(pool))
        {
            for (int i = 0; i < steps.Length; i++)
            {
                try
                {
                    model.Do(steps[i]);
                    model.Compare(i % 37 == 0);
                }
                catch (Exception e) when (e is not ModelMismatchException)
                {
                    throw new ModelMismatchException($"step {i}: {e}");
                }
            }

            model.Finish();
        }

        pool.ThrowIfLeased();
    }

    public void Dispose()
    {
        foreach ((BufferSlice slice, _) in _slices)
        {
            slice.Dispose();
        }

        _buffer.Dispose();
        _lent.ForEach(static memory => ((IDisposable)memory).Dispose());
    }

    private static void Expect(bool condition, string what)
    {
        if (!condition)
        {
            throw new ModelMismatchException(what);
        }
    }

    private static void ExpectSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
        {
            int at = expected.CommonPrefixLength(actual);
            throw new ModelMismatchException($"{what}: {expected.Length} bytes expected, {actual.Length} found, different from {at} on");
        }
    }

    private static void ExpectSame(ReadOnlySpan<byte> expected, ReadOnlySequence<byte> actual, string what)
    {
        Expect(expected.Length == actual.Length, $"{what}: {expected.Length} bytes expected, {actual.Length} found");
        foreach (ReadOnlyMemory<byte> piece in actual)
        {
            ExpectSame(expected[..piece.Length], piece.Span, what);
            expected = expected[piece.Length..];
        }

        Expect(expected.IsEmpty, $"{what}: the sequence shows fewer bytes than its length");
    }

    private byte[] Fresh(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            // A step of 7 has no period in common with block sizes: a byte in the wrong place shows.
            bytes[i] = _nextByte += 7;
        }

        return bytes;
    }

    private void Compare(bool isThorough)
    {
        Expect(_buffer.Length == _readable.Count, $"Length is {_buffer.Length}, expected {_readable.Count}");
        Expect(_buffer.MallocLength == _pending.Count, $"MallocLength is {_buffer.MallocLength}, expected {_pending.Count}");
        if (isThorough)
        {
            ExpectSame(_readable.Span, _buffer.AsSequence(), "readable bytes");
            CompareSlices();
            CompareShown();
        }
    }

    private void CompareSlices()
    {
        foreach ((BufferSlice slice, byte[] bytes) in _slices)
        {
            ExpectSame(bytes, slice.AsSequence(), "slice");
        }
    }

    private void CompareShown()
    {
        foreach ((ReadOnlySequence<byte> sequence, byte[] bytes) in _shown)
        {
            ExpectSame(bytes, sequence, "sequence shown before the release");
        }
    }

    /// <summary>Everything the buffer showed ends here: compares it a last time.</summary>
    private void EndShown()
    {
        CompareShown();
        _shown.Clear();
    }

    private void Finish()
    {
        Compare(isThorough: true);
        EndShown();
        _buffer.Flush();
        _readable.Add(_pending.Span);
        ExpectSame(_readable.Span, BufferSpec.Send(_buffer), "bytes sent at the end");
        _buffer.Release();
        Expect(_buffer.HeldBytes() == 0, $"a drained buffer holds {_buffer.HeldBytes()} bytes");
        CompareSlices();
        _slices.ForEach(static held => held.Slice.Dispose());
        _slices.Clear();
        Expect(_given.TrueForAll(static memory => memory.IsDisposed), "an owner that was taken over was not disposed");
        Expect(_lent.TrueForAll(static memory => !memory.IsDisposed && memory.Pins == 0), "lent memory was disposed or is still pinned");
    }
}
