using System.Buffers;
using System.Buffers.Text;

namespace HttpSample.Protocol;

/// <summary>Writes the head of a response.</summary>
internal static class ResponseHead
{
    /// <summary>The interim response to a client that waits before it sends its content.</summary>
    public static ReadOnlySpan<byte> Continue => "HTTP/1.1 100 Continue\r\n\r\n"u8;

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="status">The status.</param>
    /// <param name="contentType">A media type.</param>
    /// <param name="contentLength">In bytes: the body, which follows unless the request was a HEAD.</param>
    /// <param name="request">Whose response it is: says whether the connection stays.</param>
    /// <param name="allow">What the resource can do, if that was not asked for; else empty.</param>
    public static void Write(
        IBufferWriter<byte> output, HttpStatus status, ReadOnlySpan<byte> contentType, long contentLength, RequestHead request, ReadOnlySpan<byte> allow = default)
    {
        output.Write(HttpStatusLine.Of(status));
        output.Write("Date: "u8);
        Span<byte> number = output.GetSpan(32);
        DateTime.UtcNow.TryFormat(number, out int written, "r");
        output.Advance(written);
        output.Write("\r\nContent-Type: "u8);
        output.Write(contentType);
        output.Write("\r\nContent-Length: "u8);
        Utf8Formatter.TryFormat(contentLength, output.GetSpan(20), out written);
        output.Advance(written);
        if (!allow.IsEmpty)
        {
            output.Write("\r\nAllow: "u8);
            output.Write(allow);
        }

        output.Write(!request.IsPersistent ? "\r\nConnection: close\r\n\r\n"u8
            : request.MinorVersion == 0 ? "\r\nConnection: keep-alive\r\n\r\n"u8
            : "\r\n\r\n"u8);
    }
}
