using System.Buffers;
using System.Buffers.Text;
using HttpSample.Protocol;
using Netpoll.Poller.Buffers;

namespace HttpSample.Serving;

/// <summary>What the server has to offer.</summary>
internal static class Routes
{
    private const int PieceBytes = 16 * 1024;

    private static readonly byte[] s_piece = MakePiece();

    /// <summary>Answers a request whose head was read, and reads its content.</summary>
    /// <returns>False when the connection cannot go on.</returns>
    public static ValueTask<bool> AnswerAsync(HttpExchange exchange)
    {
        ReadOnlySpan<byte> path = exchange.Head.Path;
        bool isPost = exchange.Head.Method == RequestMethod.Post;
        return path.SequenceEqual("/"u8) ? isPost ? SayAsync(exchange, HttpStatus.MethodNotAllowed) : SayAsync(exchange, HttpStatus.Ok)
            : path.SequenceEqual("/bytes"u8) ? isPost ? SayAsync(exchange, HttpStatus.MethodNotAllowed) : SendBytesAsync(exchange)
            : path.SequenceEqual("/echo"u8) ? isPost ? EchoAsync(exchange) : SayAsync(exchange, HttpStatus.MethodNotAllowed)
            : SayAsync(exchange, HttpStatus.NotFound);
    }

    private static async ValueTask<bool> SayAsync(HttpExchange exchange, HttpStatus status)
    {
        if (!await SkipBodyAsync(exchange))
        {
            return false;
        }

        switch (status)
        {
            case HttpStatus.Ok:
                exchange.RespondWithText(status, "Hello from a pipe.\n"u8);
                break;
            case HttpStatus.MethodNotAllowed:
                exchange.RespondWithText(status, "Not that way.\n"u8, allow: exchange.Head.Path.SequenceEqual("/echo"u8) ? "POST"u8 : "GET, HEAD"u8);
                break;
            default:
                exchange.RespondWithText(status, "Nothing here.\n"u8);
                break;
        }

        return true;
    }

    private static async ValueTask<bool> SendBytesAsync(HttpExchange exchange)
    {
        if (!await SkipBodyAsync(exchange))
        {
            return false;
        }

        if (!TryReadCount(exchange.Head.Query, out long left))
        {
            exchange.RespondWithText(HttpStatus.BadRequest, "How many? /bytes?n=1000\n"u8);
            return true;
        }

        ResponseHead.Write(exchange.Output, HttpStatus.Ok, "application/octet-stream"u8, left, exchange.Head);
        while (left > 0 && exchange.Head.Method != RequestMethod.Head)
        {
            int bytes = (int)Math.Min(left, PieceBytes);
            exchange.Output.Write(s_piece.AsSpan(0, bytes));
            left -= bytes;

            // Waits as long as the peer does not take them: however many there are, few are here.
            if (!await exchange.FlushAsync())
            {
                return false;
            }
        }

        return true;
    }

    private static async ValueTask<bool> EchoAsync(HttpExchange exchange)
    {
        exchange.Continue();
        if (exchange.Head.ContentLength is { } length)
        {
            // The length is known, so the content can go back while it comes.
            ResponseHead.Write(exchange.Output, HttpStatus.Ok, "application/octet-stream"u8, length, exchange.Head);
            return await exchange.ReadBodyAsync(exchange.Output) == HttpStatus.Ok;
        }

        (HttpStatus status, LinkBuffer content) = await exchange.GatherBodyAsync();
        if (status != HttpStatus.Ok)
        {
            return exchange.Refuse(status);
        }

        ResponseHead.Write(exchange.Output, HttpStatus.Ok, "application/octet-stream"u8, content.Length, exchange.Head);
        foreach (ReadOnlyMemory<byte> piece in content.AsSequence())
        {
            exchange.Output.Write(piece.Span);
        }

        content.Clear();
        return true;
    }

    // A client that waits for word before it sends gets the answer instead, and may or may not send then: nobody could tell.
    private static async ValueTask<bool> SkipBodyAsync(HttpExchange exchange)
    {
        if (exchange.Head.ExpectsContinue)
        {
            exchange.Head.SaysClose = true;
            return true;
        }

        HttpStatus status = await exchange.ReadBodyAsync(null);
        return status == HttpStatus.Ok || exchange.Refuse(status);
    }

    private static bool TryReadCount(ReadOnlySpan<byte> query, out long count)
    {
        count = 0;
        return query.StartsWith("n="u8)
            && Utf8Parser.TryParse(query[2..], out count, out int read) && read == query.Length - 2
            && count is >= 0 and <= HttpLimits.MaxBytes;
    }

    private static byte[] MakePiece()
    {
        byte[] piece = new byte[PieceBytes];
        for (int i = 0; i < piece.Length; i++)
        {
            piece[i] = (byte)(i % 64 == 63 ? '\n' : 'a' + (i % 64 % 26));
        }

        return piece;
    }
}
