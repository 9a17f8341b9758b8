using Netpoll.Actors.Handlers;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Answers every request with its own bytes.</summary>
public sealed class EchoHandler : RequestHandler
{
    protected override void OnRequest(Request request) => request.Reply(request.Payload);
}
