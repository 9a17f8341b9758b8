using System.Collections.Concurrent;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>One thread writes, one reads, a third disposes the slices: every byte arrives once, in order, and every block comes home.</summary>
public sealed class ConcurrentBufferSpec
{
    private const int TotalBytes = 24 * 1024 * 1024;

    private readonly BlockPool _pool = new(new BlockPoolOptions { KeepLeaseStacks = false });
    private readonly ConcurrentQueue<(BufferSlice Slice, long Position)> _slices = new();
    private volatile bool _isRead;
    private volatile Exception? _failure;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_reader_and_a_writer_may_work_at_the_same_time(int seed)
    {
        var buffer = new LinkBuffer(_pool, concurrent: true);
        Thread[] threads =
        [
            Start(() => Write(buffer, new Random(seed))),
            Start(() => Read(buffer, new Random(-seed))),
            Start(DisposeSlices),
        ];
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.True(_failure is null, $"seed {seed}: {_failure}");
        Assert.Equal(0, buffer.Length);
        buffer.Dispose();
        _pool.ThrowIfLeased();
    }

    /// <summary>The byte at a position: a period that is no power of two, so that a misplaced block shows.</summary>
    private static byte ByteAt(long position) => (byte)(position % 251);

    private static void Fill(Span<byte> space, long position)
    {
        for (int i = 0; i < space.Length; i++)
        {
            space[i] = ByteAt(position + i);
        }
    }

    private static void Check(ReadOnlySpan<byte> bytes, long position)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != ByteAt(position + i))
            {
                throw new ModelMismatchException($"position {position + i} holds {bytes[i]}");
            }
        }
    }

    private Thread Start(Action work)
    {
        var thread = new Thread(() =>
        {
            using BlockCache cache = _pool.CreateCache();
            cache.EnterThread();
            try
            {
                work();
            }
            catch (Exception e)
            {
                _failure ??= e;
            }
        });
        thread.Start();
        return thread;
    }

    private void Write(LinkBuffer buffer, Random random)
    {
        long position = 0;
        while (position < TotalBytes && _failure is null)
        {
            if (buffer.Length > 4 * 1024 * 1024)
            {
                Thread.Yield();
                continue;
            }

            int n = (int)Math.Min(TotalBytes - position, random.Next(10) == 0 ? random.Next(1, 30_000) : random.Next(1, 900));
            var bytes = new byte[n];
            Fill(bytes, position);
            WriteSome(buffer, bytes, random.Next(7));
            position += n;
        }

        buffer.Flush();
    }

    private static void WriteSome(LinkBuffer buffer, byte[] bytes, int way)
    {
        switch (way)
        {
            case 0:
                buffer.WriteBinary(bytes);
                break;
            case 1:
                bytes.CopyTo(buffer.Malloc(bytes.Length + 100));
                buffer.MallocAck(buffer.MallocLength - 100);
                break;
            case 2:
                bytes.AsSpan(0, bytes.Length / 2).CopyTo(buffer.Malloc(bytes.Length / 2));
                bytes.AsSpan(bytes.Length / 2 * 2).CopyTo(buffer.Malloc(bytes.Length % 2));
                buffer.WriteDirect(bytes.AsMemory(bytes.Length / 2, bytes.Length / 2), bytes.Length % 2);
                break;
            case 3:
                buffer.Flush();
                for (int sent = 0; sent < bytes.Length;)
                {
                    sent += BufferSpec.Receive(buffer, bytes.AsSpan(sent));
                }

                break;
            default:
                buffer.WriteBinary(bytes.AsSpan());
                break;
        }

        if (way != 5)
        {
            buffer.Flush();
        }
    }

    private void Read(LinkBuffer buffer, Random random)
    {
        long position = 0;
        while (position < TotalBytes && _failure is null)
        {
            long length = buffer.Length;
            if (length == 0)
            {
                buffer.Release();
                Thread.Yield();
                continue;
            }

            int n = (int)Math.Min(length, random.Next(10) == 0 ? random.Next(1, 40_000) : random.Next(1, 900));
            ReadSome(buffer, n, position, random.Next(6));
            position += n;
            if (random.Next(3) == 0)
            {
                buffer.Release();
            }
        }

        _isRead = true;
    }

    private void ReadSome(LinkBuffer buffer, int n, long position, int way)
    {
        switch (way)
        {
            case 0:
                Check(buffer.Peek(n), position);
                buffer.Skip(n);
                break;
            case 1:
            case 2:
                _slices.Enqueue((buffer.Slice(n), position));
                break;
            case 3:
                var copy = new byte[n];
                buffer.Read(copy);
                Check(copy, position);
                break;
            case 4:
                long at = position;
                foreach (ReadOnlyMemory<byte> piece in buffer.AsSequence(n))
                {
                    Check(piece.Span, at);
                    at += piece.Length;
                }

                buffer.Skip(n);
                break;
            default:
                Check(buffer.Next(n), position);
                break;
        }
    }

    private void DisposeSlices()
    {
        while (!_isRead || !_slices.IsEmpty)
        {
            if (!_slices.TryDequeue(out (BufferSlice Slice, long Position) held))
            {
                if (_failure is not null)
                {
                    return;
                }

                Thread.Yield();
                continue;
            }

            long at = held.Position;
            foreach (ReadOnlyMemory<byte> piece in held.Slice.AsSequence())
            {
                Check(piece.Span, at);
                at += piece.Length;
            }

            held.Slice.Dispose();
        }
    }
}
