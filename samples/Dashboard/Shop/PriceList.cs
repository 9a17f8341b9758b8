using Akka.Actor;
using Akka.Hosting;
using Netpoll.Actors;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;

namespace Dashboard.Shop;

/// <summary>Asks for prices where they are served. Any thread; its connection ends with the actor system.</summary>
internal sealed class PriceList(ActorSystem system, IRequiredActor<NetpollListener<PriceHandler>> prices)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Lazy<RpcChannel> _channel = new(() =>
    {
        // The host has started when its listeners are bound: this answers at once.
        IActorRef listener = prices.ActorRef;
        return system.Netpoll().Rpc(listener.Ask<Bound>(GetBound.Instance).GetAwaiter().GetResult().Address, Codecs.LengthField());
    });

    /// <summary>Asks for the price of an order.</summary>
    public async Task<int> AskAsync(ReadOnlyMemory<byte> order)
    {
        using Response price = await _channel.Value.CallAsync(order.Span, s_patience);
        return (int)price.Payload.Length;
    }
}
