namespace Netpoll.Poller.Buffers;

/// <summary>
/// Link buffers as a <see cref="Stream"/>: reads take from one, writes go to the end of one. For code that knows streams only.
/// </summary>
/// <remarks>
/// <para>
/// Never waits: a read of an empty buffer returns 0, as at the end of a stream. Reading copies, and returns read blocks at once unless
/// something of them is still shown by the buffer; a write copies and flushes, so that it can be read at once. The
/// asynchronous members complete synchronously.
/// </para>
/// <para>Owned by whoever owns the buffers. Disposing the stream leaves them alone.</para>
/// </remarks>
public sealed class LinkBufferStream : Stream
{
    private readonly LinkBuffer? _input;
    private readonly LinkBuffer? _output;

    /// <summary>Creates a stream over one buffer or two.</summary>
    /// <param name="input">What is read; null for a stream that cannot be read.</param>
    /// <param name="output">What is written; null for a stream that cannot be written. May be the same buffer.</param>
    public LinkBufferStream(LinkBuffer? input, LinkBuffer? output)
    {
        _input = input;
        _output = output;
    }

    /// <inheritdoc/>
    public override bool CanRead => _input is not null;

    /// <inheritdoc/>
    public override bool CanWrite => _output is not null;

    /// <summary>Always false.</summary>
    public override bool CanSeek => false;

    /// <summary>Not supported: what is read is gone.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported: what is read is gone.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private LinkBuffer Input => _input ?? throw new NotSupportedException("The stream has no input.");

    private LinkBuffer Output => _output ?? throw new NotSupportedException("The stream has no output.");

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Input.Read(buffer);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int ReadByte() => Input.TryReadByte(out byte value) ? value : -1;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : new ValueTask<int>(Read(buffer.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Writes all readable bytes to another stream, straight out of the blocks, and releases them.</summary>
    /// <inheritdoc/>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        LinkBuffer input = Input;
        while (input.Length > 0)
        {
            ReadOnlyMemory<byte> piece = input.FirstPiece();
            await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            input.Skip(piece.Length);
            input.Release();
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Output.WriteBinary(buffer);
        Output.Flush();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Makes what was reserved in the output by other means readable; what was written here is already.</summary>
    public override void Flush() => _output?.Flush();

    /// <inheritdoc cref="Flush"/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    /// <summary>Not supported: what is read is gone.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported: what is read is gone.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();
}
