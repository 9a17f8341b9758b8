using System.Buffers;
using Netpoll.Actors.Handlers;

namespace Netpoll.Bench.Servers.Actors;

/// <summary>Answers with a copy: the response is not the request's buffer.</summary>
internal sealed class CopyingHandler : RequestHandler
{
    /// <inheritdoc/>
    protected override void OnRequest(Request request)
    {
        ReadOnlySequence<byte> payload = request.Payload;
        if (payload.IsSingleSegment)
        {
            request.Reply(payload.FirstSpan);
            return;
        }

        int length = (int)payload.Length;
        byte[] response = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(response);
        request.Reply(response.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(response);
    }
}
