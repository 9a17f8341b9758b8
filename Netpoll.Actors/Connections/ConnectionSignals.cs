using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Connections;

/// <summary>First message to a connection actor: the socket that it is to live for.</summary>
internal sealed record Adopt(StreamChannel Channel, NetAddress LocalAddress, IActorRef Connection)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    public void Release() => Channel.Close();

    // Its connection was stopped before it had a socket, and did not know of one. Nobody has heard of it, so nobody hears of its end but the event stream.
    void IUndeliverable.OnUndelivered(AllDeadLetters letter, ActorSystem system)
    {
        Channel.Close();
        ConnectionRef connection = new(Connection, Channel.RemoteAddress, LocalAddress);
        Ending ending = connection.Settle(CloseReason.Shutdown, null);
        system.EventStream.Publish(new ConnectionClosed(connection, ending.Reason, ending.Error));
    }
}

/// <summary>From the loop: there are bytes to read. One object for all, so that a read costs no allocation.</summary>
internal sealed class ReadReady : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static ReadReady Instance { get; } = new();
}

/// <summary>From the loop: everything written has left, or is down to the low-water mark.</summary>
internal sealed class OutputDrained : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static OutputDrained Instance { get; } = new();
}

/// <summary>From the loop: nothing can be sent any more.</summary>
internal sealed record OutputFailed(System.Net.Sockets.SocketError Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From the loop: both directions are closed, while nobody was reading.</summary>
internal sealed class HungUp : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static HungUp Instance { get; } = new();
}

/// <summary>From the loop's wheel: a time limit may be used up.</summary>
internal sealed class TimeUp : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static TimeUp Instance { get; } = new();
}

/// <summary>From the listener: answer what is in flight, then close.</summary>
internal sealed class DrainConnection : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static DrainConnection Instance { get; } = new();
}

/// <summary>From the output budget: all connections together have too much unsent, and this one has the most.</summary>
internal sealed class OutputOverBudget : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static OutputOverBudget Instance { get; } = new();
}
