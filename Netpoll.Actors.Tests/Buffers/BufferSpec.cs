using System.Buffers;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>A test with a pool of its own, which fails if the test leaves a block in someone's hands.</summary>
public abstract class BufferSpec : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    internal BlockPool Pool { get; } = new();

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        Pool.ThrowIfLeased();
        GC.SuppressFinalize(this);
    }

    /// <summary>Bytes 0, 1, 2, ... from a first one on.</summary>
    protected static byte[] Count(int length, int first = 0)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(first + i);
        }

        return bytes;
    }

    protected T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    protected LinkBuffer NewBuffer() => Own(new LinkBuffer(Pool));

    /// <summary>A buffer that holds each piece in a block of its own.</summary>
    protected LinkBuffer Chain(params byte[][] pieces)
    {
        LinkBuffer buffer = NewBuffer();
        foreach (byte[] piece in pieces)
        {
            WriteOwnBlock(buffer, piece);
        }

        return buffer;
    }

    /// <summary>Writes and flushes a piece into a pooled block that takes nothing else.</summary>
    protected static void WriteOwnBlock(LinkBuffer buffer, ReadOnlySpan<byte> piece)
    {
        // More than 8 KiB: a block of that size takes no more bytes once it is flushed.
        piece.CopyTo(buffer.Malloc(Math.Max(piece.Length, 9000)));
        buffer.MallocAck(piece.Length);
        buffer.Flush();
    }

    /// <summary>What a channel does when the kernel has these bytes: one read. Returns how many went in.</summary>
    internal static unsafe int Receive(LinkBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        Span<IoVector> vectors = stackalloc IoVector[2];
        int count = buffer.GetReadVectors(vectors, out _);
        int read = 0;
        for (int i = 0; i < count && read < bytes.Length; i++)
        {
            int step = Math.Min(bytes.Length - read, (int)vectors[i].Length);
            bytes.Slice(read, step).CopyTo(new Span<byte>(vectors[i].Base, step));
            read += step;
        }

        buffer.CommitRead(read);
        return read;
    }

    /// <summary>What a channel does when the kernel takes everything: all vectors, in order.</summary>
    internal static unsafe byte[] Send(LinkBuffer buffer, int vectorsAtOnce = 1024)
    {
        var sent = new ArrayBufferWriter<byte>();
        var vectors = new IoVector[vectorsAtOnce];
        while (buffer.GetWriteVectors(vectors) is var count and > 0)
        {
            long bytes = 0;
            for (int i = 0; i < count; i++)
            {
                sent.Write(new ReadOnlySpan<byte>(vectors[i].Base, (int)vectors[i].Length));
                bytes += (long)vectors[i].Length;
            }

            buffer.Skip(bytes);
            buffer.Release();
        }

        return sent.WrittenSpan.ToArray();
    }
}
