using System.Buffers;
using System.IO.Pipelines;
using Netpoll.Poller.Buffers;

namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>One KiB is written and kept beyond its reader's release; an operation includes letting go of it.</summary>
internal static class Slicing
{
    private const int Bytes = 1024;

    internal sealed class CopiedOutOfPipe() : Scenario("keep 1 KiB: Pipe, pooled copy")
    {
        private readonly byte[] _message = new byte[Bytes];
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

        public override long Once()
        {
            _pipe.Writer.Write(_message);
            _pipe.Writer.FlushAsync().GetAwaiter().GetResult();
            ReadResult result = _pipe.Reader.ReadAsync().GetAwaiter().GetResult();
            byte[] copy = ArrayPool<byte>.Shared.Rent(Bytes);
            result.Buffer.CopyTo(copy);
            _pipe.Reader.AdvanceTo(result.Buffer.End);
            long sum = copy[0] + Bytes;
            ArrayPool<byte>.Shared.Return(copy);
            return sum;
        }
    }

    internal sealed class Sliced() : Scenario("keep 1 KiB: LinkBuffer, slice")
    {
        private readonly byte[] _message = new byte[Bytes];
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());
        private readonly BufferSlice _slice = new();

        public override long Once()
        {
            _buffer.WriteBinary(_message.AsSpan());
            _buffer.Flush();
            _buffer.Slice(Bytes, _slice);
            _buffer.Release();
            long sum = WriteThenRead.Look(_slice.AsSequence());
            _slice.Dispose();
            return sum;
        }
    }

    internal sealed class NewSlice() : Scenario("keep 1 KiB: LinkBuffer, new slice object")
    {
        private readonly byte[] _message = new byte[Bytes];
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());

        public override long Once()
        {
            _buffer.WriteBinary(_message.AsSpan());
            _buffer.Flush();
            using BufferSlice slice = _buffer.Slice(Bytes);
            _buffer.Release();
            return WriteThenRead.Look(slice.AsSequence());
        }
    }
}
