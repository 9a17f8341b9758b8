namespace Netpoll.Poller.Buffers;

/// <summary>Reads a <see cref="Stream"/> into a <see cref="LinkBuffer"/>: straight into its blocks, as much as is asked for and what comes with it.</summary>
/// <remarks>
/// A frame parser over any stream is <c>await filler.FillAsync(4)</c>, a look at <see cref="Buffer"/>, and so on. Owned by one caller at a time.
/// Disposing it returns the buffer's memory and leaves the stream alone.
/// </remarks>
public sealed class StreamFiller : IDisposable
{
    /// <summary>Space for one read, in bytes: netpoll's 4 KiB.</summary>
    private const int ReadBytes = 4 * 1024;

    private readonly Stream _stream;

    /// <summary>Creates a filler with an empty buffer.</summary>
    /// <param name="stream">What is read.</param>
    /// <param name="pool">Where the buffer's blocks come from; <see cref="BlockPool.Shared"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public StreamFiller(Stream stream, BlockPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        Buffer = new LinkBuffer(pool);
    }

    /// <summary>What was read and not yet taken. The owner of this object takes from it and releases it.</summary>
    public LinkBuffer Buffer { get; }

    /// <summary>Reads until the buffer holds at least <paramref name="count"/> bytes.</summary>
    /// <param name="count">Number of bytes; nothing is read if they are there.</param>
    /// <exception cref="EndOfStreamException">The stream ended before; what came is in the buffer.</exception>
    public void Fill(long count)
    {
        while (Buffer.Length < count)
        {
            Memory<byte> space = Buffer.GetMemory(ReadBytes);
            Commit(_stream.Read(space.Span), count);
        }
    }

    /// <summary>Reads until the buffer holds at least <paramref name="count"/> bytes.</summary>
    /// <param name="count">Number of bytes; nothing is read if they are there.</param>
    /// <param name="cancellationToken">Ends the wait; what came is in the buffer.</param>
    /// <returns>A task that ends when they are there.</returns>
    /// <exception cref="EndOfStreamException">The stream ended before; what came is in the buffer.</exception>
    public async ValueTask FillAsync(long count, CancellationToken cancellationToken = default)
    {
        while (Buffer.Length < count)
        {
            Memory<byte> space = Buffer.GetMemory(ReadBytes);
            Commit(await _stream.ReadAsync(space, cancellationToken).ConfigureAwait(false), count);
        }
    }

    /// <summary>Returns the buffer's memory. The stream stays open.</summary>
    public void Dispose() => Buffer.Dispose();

    private void Commit(int bytes, long wanted)
    {
        if (bytes <= 0)
        {
            Buffer.Advance(0);
            throw bytes == 0
                ? new EndOfStreamException($"The stream ended after {Buffer.Length} of {wanted} bytes.")
                : new IOException($"The stream claims to have read {bytes} bytes.");
        }

        Buffer.Advance(bytes);
        Buffer.Flush();
    }
}
