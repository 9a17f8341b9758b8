using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Connections;

/// <summary>First message to a connection actor: the socket that it is to live for.</summary>
internal sealed record Adopt(StreamChannel Channel, NetAddress LocalAddress)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    public void Release() => Channel.Close();
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
internal sealed record SendFailed(System.Net.Sockets.SocketError Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From the loop: both directions are closed, while nobody was reading.</summary>
internal sealed class HungUp : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static HungUp Instance { get; } = new();
}

/// <summary>From the loop's wheel: the peer has not taken the last bytes in time.</summary>
internal sealed class LingerExpired : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static LingerExpired Instance { get; } = new();
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
