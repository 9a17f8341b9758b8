using System.Buffers;
using System.IO.Pipelines;
using Netpoll.Poller.Buffers;

namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>A message is written, flushed, read as a sequence and released. The candidates differ in what carries it.</summary>
internal static class WriteThenRead
{
    /// <summary>What the reader does with the bytes: little, and the same everywhere.</summary>
    public static long Look(in ReadOnlySequence<byte> bytes) => bytes.FirstSpan[0] + bytes.Length;

    internal sealed class ThroughPipe(int bytes) : Scenario($"write+read {bytes} B: Pipe")
    {
        private readonly byte[] _message = new byte[bytes];
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

        public override long Once()
        {
            _pipe.Writer.Write(_message);
            _pipe.Writer.FlushAsync().GetAwaiter().GetResult();
            ReadResult result = _pipe.Reader.ReadAsync().GetAwaiter().GetResult();
            long sum = Look(result.Buffer);
            _pipe.Reader.AdvanceTo(result.Buffer.End);
            return sum;
        }
    }

    /// <summary>Through our pipe, by the same code.</summary>
    internal sealed class ThroughLinkBufferPipe(int bytes) : Scenario($"write+read {bytes} B: LinkBufferPipe")
    {
        private readonly byte[] _message = new byte[bytes];
        private readonly LinkBufferPipe _pipe =
            new(LoopPool.Enter(), new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

        public override long Once()
        {
            _pipe.Writer.Write(_message);
            _pipe.Writer.FlushAsync().GetAwaiter().GetResult();
            ReadResult result = _pipe.Reader.ReadAsync().GetAwaiter().GetResult();
            long sum = Look(result.Buffer);
            _pipe.Reader.AdvanceTo(result.Buffer.End);
            return sum;
        }
    }

    /// <summary>The bytes are copied in, whatever their number, as a pipe does.</summary>
    internal sealed class Copied(int bytes) : Scenario($"write+read {bytes} B: LinkBuffer, copied in")
    {
        private readonly byte[] _message = new byte[bytes];
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());

        public override long Once()
        {
            _buffer.WriteBinary(_message.AsSpan());
            _buffer.Flush();
            long sum = Look(_buffer.AsSequence());
            _buffer.Skip(_message.Length);
            _buffer.Release();
            return sum;
        }
    }

    /// <summary>The writer gives its memory: up to 4 KiB are copied, more are linked.</summary>
    internal sealed class Linked(int bytes) : Scenario($"write+read {bytes} B: LinkBuffer, memory given")
    {
        private readonly byte[] _message = new byte[bytes];
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());

        public override long Once()
        {
            _buffer.WriteBinary(_message);
            _buffer.Flush();
            long sum = Look(_buffer.AsSequence());
            _buffer.Skip(_message.Length);
            _buffer.Release();
            return sum;
        }
    }

    /// <summary>Copied in, and out again into an array of the reader's own: what code without slices does.</summary>
    internal sealed class CopiedOut(int bytes) : Scenario($"write+read {bytes} B: LinkBuffer, copied out")
    {
        private readonly byte[] _message = new byte[bytes];
        private readonly LinkBuffer _buffer = new(LoopPool.Enter());

        public override long Once()
        {
            _buffer.WriteBinary(_message.AsSpan());
            _buffer.Flush();
            byte[] copy = _buffer.ReadBinary(_message.Length);
            _buffer.Release();
            return copy[0] + copy.Length;
        }
    }

    internal sealed class ThroughMemoryStream(int bytes) : Scenario($"write+read {bytes} B: MemoryStream")
    {
        private readonly byte[] _message = new byte[bytes];
        private readonly byte[] _copy = new byte[bytes];
        private readonly MemoryStream _stream = new();

        public override long Once()
        {
            _stream.Write(_message);
            _stream.Position = 0;
            int read = _stream.Read(_copy);
            _stream.SetLength(0);
            return _copy[0] + read;
        }
    }
}
