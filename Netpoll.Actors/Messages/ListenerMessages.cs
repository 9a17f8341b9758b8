using Akka.Actor;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Messages;

/// <summary>Question to a listener: where are you bound? Answered with <see cref="Bound"/> once it is, or with <see cref="Status.Failure"/> (so that Ask throws) when it cannot be.</summary>
public sealed class GetBound : INoSerializationVerificationNeeded
{
    private GetBound()
    {
    }

    /// <summary>The one there is.</summary>
    public static GetBound Instance { get; } = new();
}

/// <summary>Answer of a listener: connections are accepted.</summary>
/// <param name="Address">Where, with the port that the kernel chose if 0 was asked for.</param>
public sealed record Bound(NetAddress Address) : INoSerializationVerificationNeeded;

/// <summary>Command to a listener: accept no more. Open connections live on. Answered with <see cref="Unbound"/>; repeating it is harmless.</summary>
public sealed class Unbind : INoSerializationVerificationNeeded
{
    private Unbind()
    {
    }

    /// <summary>The one there is.</summary>
    public static Unbind Instance { get; } = new();
}

/// <summary>Answer of a listener: the address is free again.</summary>
public sealed class Unbound : INoSerializationVerificationNeeded
{
    private Unbound()
    {
    }

    /// <summary>The one there is.</summary>
    public static Unbound Instance { get; } = new();
}
