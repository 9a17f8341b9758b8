using System.Buffers;

namespace HttpSample.Protocol;

/// <summary>Takes the content of one request after the other off the input: of a length that is known, or in chunks (RFC 9112, sections 6.2 and 7.1).</summary>
internal sealed class RequestBody
{
    private State _state;

    // Of the content, or of the chunk.
    private long _left;
    private long _total;
    private int _trailerBytes;

    private enum State
    {
        Content,
        ChunkLine,
        Chunk,
        ChunkEnd,
        Trailers,
        Complete,
    }

    /// <summary>Nothing of it is left on the input.</summary>
    public bool IsComplete => _state == State.Complete;

    public void Begin(RequestHead head)
    {
        _left = head.ContentLength ?? 0;
        _state = head.IsChunked ? State.ChunkLine : _left > 0 ? State.Content : State.Complete;
        (_total, _trailerBytes) = (0, 0);
    }

    /// <summary>Takes all of it that is there.</summary>
    /// <param name="input">Left behind what was taken.</param>
    /// <param name="content">Gets the content; null to discard it.</param>
    /// <returns><see cref="HttpStatus.Ok"/>, whether it is complete or not; or an error to answer with, and then the connection cannot go on.</returns>
    public HttpStatus Take(ref ReadOnlySequence<byte> input, IBufferWriter<byte>? content)
    {
        HttpStatus status = HttpStatus.Ok;
        bool isProgress = true;
        while (isProgress && status == HttpStatus.Ok && _state != State.Complete)
        {
            isProgress = _state switch
            {
                State.Content => TakeContent(ref input, content, next: State.Complete),
                State.Chunk => TakeContent(ref input, content, next: State.ChunkEnd),
                _ => TakeLine(ref input, out status),
            };
        }

        return status;
    }

    private bool TakeContent(ref ReadOnlySequence<byte> input, IBufferWriter<byte>? content, State next)
    {
        long bytes = Math.Min(_left, input.Length);
        if (content is not null)
        {
            foreach (ReadOnlyMemory<byte> piece in input.Slice(0, bytes))
            {
                content.Write(piece.Span);
            }
        }

        input = input.Slice(bytes);
        _left -= bytes;
        if (_left == 0)
        {
            _state = next;
        }

        return _left == 0;
    }

    private bool TakeLine(ref ReadOnlySequence<byte> input, out HttpStatus status)
    {
        int most = _state switch
        {
            State.ChunkLine => HttpLimits.MaxChunkLineBytes,
            State.ChunkEnd => HttpSyntax.LineEnd.Length,
            _ => HttpLimits.MaxHeadBytes - _trailerBytes,
        };
        SequenceReader<byte> reader = new(input.Length > most ? input.Slice(0, most) : input);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            status = reader.Length < most ? HttpStatus.Ok : _state == State.Trailers ? HttpStatus.HeaderFieldsTooLarge : HttpStatus.BadRequest;
            return false;
        }

        input = input.Slice(reader.Position);
        Span<byte> copy = stackalloc byte[line.IsSingleSegment ? 0 : (int)line.Length];
        scoped ReadOnlySpan<byte> text = line.FirstSpan;
        if (!line.IsSingleSegment)
        {
            line.CopyTo(copy);
            text = copy;
        }

        bool isGood = text is [.., (byte)'\r'];
        status = isGood ? OnLine(text[..^1]) : HttpStatus.BadRequest;
        return true;
    }

    private HttpStatus OnLine(ReadOnlySpan<byte> line)
    {
        switch (_state)
        {
            case State.ChunkLine:
                return OnChunkLine(line);
            case State.ChunkEnd when line.IsEmpty:
                _state = State.ChunkLine;
                return HttpStatus.Ok;
            case State.Trailers when line.IsEmpty:
                _state = State.Complete;
                return HttpStatus.Ok;
            case State.Trailers when HttpSyntax.TrySplitField(line, out _, out _):
                // Nobody here asks for them.
                _trailerBytes += line.Length + HttpSyntax.LineEnd.Length;
                return HttpStatus.Ok;
            default:
                return HttpStatus.BadRequest;
        }
    }

    private HttpStatus OnChunkLine(ReadOnlySpan<byte> line)
    {
        long size = 0;
        int digits = 0;
        while (digits < line.Length && char.IsAsciiHexDigit((char)line[digits]))
        {
            // However long the number: it is too large then, not another one.
            size = Math.Min((size * 16) + ValueOf(line[digits]), long.MaxValue / 100);
            digits++;
        }

        ReadOnlySpan<byte> extensions = HttpSyntax.Trim(line[digits..]);
        if (digits == 0 || !HttpSyntax.IsFieldValue(extensions) || (extensions.IsEmpty ? digits != line.Length : extensions[0] != ';'))
        {
            return HttpStatus.BadRequest;
        }

        _left = size;
        _total += size;
        _state = size == 0 ? State.Trailers : State.Chunk;
        return _total > HttpLimits.MaxBodyBytes ? HttpStatus.ContentTooLarge : HttpStatus.Ok;
    }

    private static int ValueOf(byte hexDigit) => hexDigit <= '9' ? hexDigit - '0' : (hexDigit | 0x20) - 'a' + 10;
}
