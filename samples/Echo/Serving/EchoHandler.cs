using Netpoll.Actors.Handlers;

namespace Echo.Serving;

/// <summary>The whole service: answers every request with its own bytes.</summary>
public sealed class EchoHandler : RequestHandler
{
    /// <inheritdoc/>
    protected override void OnRequest(Request request) => request.Reply(request.Payload);
}
