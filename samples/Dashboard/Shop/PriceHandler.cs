using Netpoll.Actors.Handlers;

namespace Dashboard.Shop;

/// <summary>Answers on the event loop itself: it has nothing to wait for.</summary>
internal sealed class PriceHandler : RequestHandler
{
    /// <inheritdoc/>
    protected override void OnRequest(Request request) => request.Reply("12.50"u8);
}
