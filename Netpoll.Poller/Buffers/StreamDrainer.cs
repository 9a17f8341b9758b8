namespace Netpoll.Poller.Buffers;

/// <summary>Writes a <see cref="LinkBuffer"/> to a <see cref="Stream"/>: straight out of its blocks, at each flush.</summary>
/// <remarks>Owned by one caller at a time. Disposing it returns the buffer's memory, sent or not, and leaves the stream alone.</remarks>
public sealed class StreamDrainer : IDisposable
{
    private readonly Stream _stream;

    /// <summary>Creates a drainer with an empty buffer.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="pool">Where the buffer's blocks come from; <see cref="BlockPool.Shared"/> if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public StreamDrainer(Stream stream, BlockPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        Buffer = new LinkBuffer(pool);
    }

    /// <summary>What is to be sent. The owner of this object writes into it.</summary>
    public LinkBuffer Buffer { get; }

    /// <summary>Flushes the buffer, writes all its bytes to the stream, flushes that, and releases them.</summary>
    /// <remarks>If the stream throws, the bytes from the block that failed on stay in the buffer.</remarks>
    public void Flush()
    {
        Buffer.Flush();
        while (Buffer.Length > 0)
        {
            ReadOnlyMemory<byte> piece = Buffer.FirstPiece();
            _stream.Write(piece.Span);
            Buffer.Skip(piece.Length);
            Buffer.Release();
        }

        _stream.Flush();
    }

    /// <summary>Flushes the buffer, writes all its bytes to the stream, flushes that, and releases them.</summary>
    /// <param name="cancellationToken">Ends the wait; the bytes from the block under way on stay in the buffer.</param>
    /// <returns>A task that ends when the stream has taken everything.</returns>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        Buffer.Flush();
        while (Buffer.Length > 0)
        {
            ReadOnlyMemory<byte> piece = Buffer.FirstPiece();
            await _stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            Buffer.Skip(piece.Length);
            Buffer.Release();
        }

        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the buffer's memory, sent or not. The stream stays open.</summary>
    public void Dispose() => Buffer.Dispose();
}
