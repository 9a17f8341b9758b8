using Akka.Actor;
using RpcSample.Contract;

namespace RpcSample.Serving;

/// <summary>An ordinary actor behind a method: adds up what it is asked, and answers the total. It knows nothing of RPC.</summary>
public sealed class TotalActor : ReceiveActor
{
    private long _total;

    public TotalActor() => Receive<Number>(number =>
    {
        _total += number.Value;
        Sender.Tell(new Number(_total));
    });
}
