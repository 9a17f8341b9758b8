using System.Buffers;
using System.Text;

namespace HttpSample.Protocol;

/// <summary>
/// From bytes to a <see cref="RequestHead"/>, by RFC 9112, where it leaves a choice the strict way: what two readers might
/// understand differently is refused. Allocates nothing for a head that lies in one piece.
/// </summary>
internal static class RequestHeadParser
{
    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>Takes the next head off the input.</summary>
    /// <param name="input">Left behind the head if it is all there, else behind the empty lines before it.</param>
    /// <param name="head">Filled if the result is <see cref="HttpStatus.Ok"/>, partly if it is an error.</param>
    /// <returns>Null if more has to come; an error to answer with.</returns>
    public static HttpStatus? TryTake(ref ReadOnlySequence<byte> input, RequestHead head)
    {
        // Left there by clients that end a body with a line more than it has (section 2.2).
        SequenceReader<byte> reader = new(input);
        while (reader.IsNext(HttpSyntax.LineEnd, advancePast: true))
        {
        }

        input = input.Slice(reader.Position);
        if (input.IsEmpty)
        {
            return null;
        }

        ReadOnlySequence<byte> window = input.Length > HttpLimits.MaxHeadBytes ? input.Slice(0, HttpLimits.MaxHeadBytes) : input;
        return window.IsSingleSegment ? TryTake(window.FirstSpan, ref input, head) : TryTakeGathered(window, ref input, head);
    }

    private static HttpStatus? TryTakeGathered(in ReadOnlySequence<byte> window, ref ReadOnlySequence<byte> input, RequestHead head)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent((int)window.Length);
        window.CopyTo(rented);
        HttpStatus? status = TryTake(rented.AsSpan(0, (int)window.Length), ref input, head);
        ArrayPool<byte>.Shared.Return(rented);
        return status;
    }

    private static HttpStatus? TryTake(ReadOnlySpan<byte> bytes, ref ReadOnlySequence<byte> input, RequestHead head)
    {
        head.Reset();
        int end = bytes.IndexOf(HeadEnd);
        if (end < 0)
        {
            return WhyNoEnd(bytes);
        }

        // With the last line's end, without the empty line.
        input = input.Slice(end + HeadEnd.Length);
        return Parse(bytes[..(end + HttpSyntax.LineEnd.Length)], head);
    }

    private static HttpStatus? WhyNoEnd(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == HttpLimits.MaxHeadBytes)
        {
            return bytes.IndexOf(HttpSyntax.LineEnd) < 0 ? HttpStatus.UriTooLong : HttpStatus.HeaderFieldsTooLarge;
        }

        // A line that ends otherwise never comes to the right end.
        for (int feed = bytes.IndexOf((byte)'\n'), from = 0; feed >= 0; feed = bytes[from..].IndexOf((byte)'\n'))
        {
            if (from + feed == 0 || bytes[from + feed - 1] != '\r')
            {
                return HttpStatus.BadRequest;
            }

            from += feed + 1;
        }

        return null;
    }

    private static HttpStatus Parse(ReadOnlySpan<byte> lines, RequestHead head)
    {
        int end = lines.IndexOf(HttpSyntax.LineEnd);
        HttpStatus status = ParseRequestLine(lines[..end], head);
        while (status == HttpStatus.Ok)
        {
            lines = lines[(end + HttpSyntax.LineEnd.Length)..];
            if (lines.IsEmpty)
            {
                return Check(head);
            }

            end = lines.IndexOf(HttpSyntax.LineEnd);
            if (!HttpSyntax.TrySplitField(lines[..end], out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) || !TryTakeField(name, value, head))
            {
                return HttpStatus.BadRequest;
            }
        }

        return status;
    }

    private static HttpStatus ParseRequestLine(ReadOnlySpan<byte> line, RequestHead head)
    {
        int first = line.IndexOf((byte)' '), last = line.LastIndexOf((byte)' ');
        if (first < 0 || first == last || !HttpSyntax.IsToken(line[..first]))
        {
            return HttpStatus.BadRequest;
        }

        ReadOnlySpan<byte> version = line[(last + 1)..];
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || version[6] != '.' || !IsDigit(version[5]) || !IsDigit(version[7]))
        {
            return HttpStatus.BadRequest;
        }

        if (version[5] != '1')
        {
            return HttpStatus.VersionNotSupported;
        }

        // A minor version that is not known yet is understood as the highest that is (RFC 9110, section 2.5).
        head.MinorVersion = version[7] == '0' ? 0 : 1;
        head.Method = line[..first] switch
        {
            [(byte)'G', (byte)'E', (byte)'T'] => RequestMethod.Get,
            [(byte)'H', (byte)'E', (byte)'A', (byte)'D'] => RequestMethod.Head,
            [(byte)'P', (byte)'O', (byte)'S', (byte)'T'] => RequestMethod.Post,
            _ => RequestMethod.None,
        };
        return head.Method == RequestMethod.None ? HttpStatus.NotImplemented
            : TrySetTarget(line[(first + 1)..last], head) ? HttpStatus.Ok
            : HttpStatus.BadRequest;
    }

    private static bool TrySetTarget(ReadOnlySpan<byte> target, RequestHead head)
    {
        // The absolute form is for proxies, but every server has to take it (section 3.2.2).
        if (target.Length > 7 && Ascii.EqualsIgnoreCase(target[..7], "http://"u8))
        {
            target = target[7..];
            int path = target.IndexOfAny("/?"u8);
            ReadOnlySpan<byte> authority = path < 0 ? target : target[..path];
            if (authority.IsEmpty || !HttpSyntax.IsHost(authority))
            {
                return false;
            }

            target = path < 0 ? "/"u8 : target[path] == '/' ? target[path..] : (byte[])[(byte)'/', .. target[path..]];
        }

        if (target.IsEmpty || target[0] != '/' || target.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0 || target.Contains((byte)'#'))
        {
            return false;
        }

        head.SetTarget(target);
        return true;
    }

    private static bool TryTakeField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, RequestHead head)
    {
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            return TryTakeLength(value, head);
        }

        if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            return TryTakeCodings(value, head);
        }

        if (Ascii.EqualsIgnoreCase(name, "host"u8))
        {
            bool isSecond = head.HasHost;
            head.HasHost = true;
            return !isSecond && HttpSyntax.IsHost(value);
        }

        if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            TakeConnection(value, head);
        }
        else if (Ascii.EqualsIgnoreCase(name, "expect"u8))
        {
            bool isKnown = Ascii.EqualsIgnoreCase(value, "100-continue"u8);
            head.ExpectsContinue |= isKnown;
            head.HasUnknownExpectation |= !isKnown;
        }

        return true;
    }

    // One number, once: a list of the same number could be taken for one, but need not be (section 6.3).
    private static bool TryTakeLength(ReadOnlySpan<byte> value, RequestHead head)
    {
        if (head.ContentLength is not null || value.IsEmpty)
        {
            return false;
        }

        long length = 0;
        foreach (byte digit in value)
        {
            if (!IsDigit(digit))
            {
                return false;
            }

            // However long the number: it is too large then, not another one.
            length = Math.Min((length * 10) + digit - '0', long.MaxValue / 100);
        }

        head.ContentLength = length;
        return true;
    }

    // Chunked is the last one, and is there once; others come before it (section 6.1).
    private static bool TryTakeCodings(ReadOnlySpan<byte> value, RequestHead head)
    {
        bool isFirst = true;
        while (HttpSyntax.TryTakeElement(ref value, ref isFirst, out ReadOnlySpan<byte> coding))
        {
            if (head.IsChunked || coding.IsEmpty)
            {
                return false;
            }

            bool isChunked = Ascii.EqualsIgnoreCase(coding, "chunked"u8);
            head.IsChunked = isChunked;
            head.HasUnknownCoding |= !isChunked;
        }

        return true;
    }

    private static void TakeConnection(ReadOnlySpan<byte> value, RequestHead head)
    {
        bool isFirst = true;
        while (HttpSyntax.TryTakeElement(ref value, ref isFirst, out ReadOnlySpan<byte> option))
        {
            head.SaysClose |= Ascii.EqualsIgnoreCase(option, "close"u8);
            head.SaysKeepAlive |= Ascii.EqualsIgnoreCase(option, "keep-alive"u8);
        }
    }

    private static HttpStatus Check(RequestHead head)
    {
        bool isCoded = head.IsChunked || head.HasUnknownCoding;
        if ((head.MinorVersion > 0 && !head.HasHost)
            || (isCoded && (!head.IsChunked || head.ContentLength is not null || head.MinorVersion == 0)))
        {
            return HttpStatus.BadRequest;
        }

        if (head.HasUnknownCoding)
        {
            return HttpStatus.NotImplemented;
        }

        // HTTP/1.0 does not know it (RFC 9110, section 10.1.1).
        head.ExpectsContinue &= head.MinorVersion > 0;
        return head.HasUnknownExpectation && head.MinorVersion > 0 ? HttpStatus.ExpectationFailed
            : head.ContentLength > HttpLimits.MaxBodyBytes ? HttpStatus.ContentTooLarge
            : HttpStatus.Ok;
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
