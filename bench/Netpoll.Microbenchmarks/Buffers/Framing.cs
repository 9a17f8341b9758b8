using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Pipe = System.IO.Pipelines.Pipe;

namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>32 frames of 4 + 128 bytes arrive with one read and are cut; an operation is all of them.</summary>
internal static class Framing
{
    private const int Frames = 32;
    private const int Payload = 128;
    private const int Total = Frames * (4 + Payload);

    private static byte[] MakeFrames()
    {
        var bytes = new byte[Total];
        for (int i = 0; i < Frames; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * (4 + Payload)), Payload);
        }

        return bytes;
    }

    internal sealed class ThroughPipe() : Scenario("32 frames of one read: Pipe, shown")
    {
        private readonly byte[] _frames = MakeFrames();
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

        public override long Once()
        {
            _frames.CopyTo(_pipe.Writer.GetMemory(8192).Span);
            _pipe.Writer.Advance(Total);
            _pipe.Writer.FlushAsync().GetAwaiter().GetResult();
            ReadResult result = _pipe.Reader.ReadAsync().GetAwaiter().GetResult();
            ReadOnlySequence<byte> rest = result.Buffer;
            long sum = 0;
            while (rest.Length >= 4)
            {
                var reader = new SequenceReader<byte>(rest);
                reader.TryReadBigEndian(out int length);
                sum += WriteThenRead.Look(rest.Slice(4, length));
                rest = rest.Slice(4 + length);
            }

            _pipe.Reader.AdvanceTo(rest.Start, rest.End);
            return sum;
        }
    }

    /// <summary>Frames that outlive the read have to be copied out of a pipe.</summary>
    internal sealed class CopiedOutOfPipe() : Scenario("32 frames of one read: Pipe, kept (pooled copies)")
    {
        private readonly byte[] _frames = MakeFrames();
        private readonly byte[][] _kept = new byte[Frames][];
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

        public override long Once()
        {
            _frames.CopyTo(_pipe.Writer.GetMemory(8192).Span);
            _pipe.Writer.Advance(Total);
            _pipe.Writer.FlushAsync().GetAwaiter().GetResult();
            ReadResult result = _pipe.Reader.ReadAsync().GetAwaiter().GetResult();
            ReadOnlySequence<byte> rest = result.Buffer;
            int count = 0;
            while (rest.Length >= 4)
            {
                var reader = new SequenceReader<byte>(rest);
                reader.TryReadBigEndian(out int length);
                byte[] copy = _kept[count++] = ArrayPool<byte>.Shared.Rent(length);
                rest.Slice(4, length).CopyTo(copy);
                rest = rest.Slice(4 + length);
            }

            _pipe.Reader.AdvanceTo(rest.Start, rest.End);
            long sum = 0;
            foreach (byte[] kept in _kept)
            {
                sum += kept[0] + Payload;
                ArrayPool<byte>.Shared.Return(kept);
            }

            return sum;
        }
    }

    /// <summary>What every candidate of ours begins with: the frames as a read leaves them.</summary>
    private static unsafe void Receive(LinkBuffer buffer, byte[] frames)
    {
        IoVector* vectors = stackalloc IoVector[2];
        buffer.GetReadVectors(new Span<IoVector>(vectors, 2), out _);
        frames.CopyTo(new Span<byte>(vectors[0].Base, Total));
        buffer.CommitRead(Total);
    }

    /// <summary>By <see cref="LinkBuffer.Next"/>, this buffer's usual way to look at bytes that need not be kept.</summary>
    internal sealed class Next() : Scenario("32 frames of one read: LinkBuffer, spans")
    {
        private readonly byte[] _frames = MakeFrames();
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());

        public override long Once()
        {
            Receive(_buffer, _frames);
            long sum = 0;
            while (_buffer.TryPeek(4, out ReadOnlySpan<byte> header))
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(header);
                _buffer.Skip(4);
                ReadOnlySpan<byte> payload = _buffer.Next(length);
                sum += payload[0] + payload.Length;
            }

            _buffer.Release();
            return sum;
        }
    }

    internal sealed class Shown() : Scenario("32 frames of one read: LinkBuffer, sequences")
    {
        private readonly byte[] _frames = MakeFrames();
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());

        public override long Once()
        {
            Receive(_buffer, _frames);
            long sum = 0;
            while (_buffer.TryPeek(4, out ReadOnlySpan<byte> header))
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(header);
                _buffer.Skip(4);
                sum += WriteThenRead.Look(_buffer.AsSequence(length));
                _buffer.Skip(length);
            }

            _buffer.Release();
            return sum;
        }
    }

    internal sealed class Sliced() : Scenario("32 frames of one read: LinkBuffer, kept (slices)")
    {
        private readonly byte[] _frames = MakeFrames();
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());
        private readonly BufferSlice[] _kept = [.. Enumerable.Range(0, Frames).Select(static _ => new BufferSlice())];

        public override long Once()
        {
            Receive(_buffer, _frames);
            int count = 0;
            while (_buffer.TryPeek(4, out ReadOnlySpan<byte> header))
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(header);
                _buffer.Skip(4);
                _buffer.Slice(length, _kept[count++]);
            }

            _buffer.Release();
            long sum = 0;
            foreach (BufferSlice kept in _kept)
            {
                sum += WriteThenRead.Look(kept.AsSequence());
                kept.Dispose();
            }

            return sum;
        }
    }

    internal sealed class ThroughMemoryStream() : Scenario("32 frames of one read: MemoryStream")
    {
        private readonly byte[] _frames = MakeFrames();
        private readonly byte[] _copy = new byte[Payload];
        private readonly MemoryStream _stream = new();

        public override long Once()
        {
            _stream.Write(_frames);
            _stream.Position = 0;
            Span<byte> header = stackalloc byte[4];
            long sum = 0;
            while (_stream.Read(header) == 4)
            {
                int read = _stream.Read(_copy.AsSpan(0, BinaryPrimitives.ReadInt32BigEndian(header)));
                sum += _copy[0] + read;
            }

            _stream.SetLength(0);
            return sum;
        }
    }
}
