using System.Buffers;
using Netpoll.Actors.Handlers;

namespace Netpoll.Soak.Serving;

/// <summary>Answers every request with a copy of it.</summary>
internal sealed class EchoHandler : RequestHandler
{
    protected override void OnRequest(Request request) => request.Reply(request.Payload.ToArray());
}
