using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>How a client connects and what it allows. Immutable; may serve several clients.</summary>
public sealed record RpcClientOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static RpcClientOptions Default { get; } = new();

    /// <summary>How long connecting may take, the resolver included. Defaults to 5 seconds (arbitrary).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest payload of an answer in bytes, at least 1. Defaults to 16 MiB. A longer one ends the connection.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most calls that may be open at once, at least 1. Defaults to 16,384 (arbitrary). More fail at once.</summary>
    public int MaxPendingCalls { get; init; } = 16_384;

    /// <summary>What is set on the socket.</summary>
    public SocketOptions Socket { get; init; } = SocketOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPendingCalls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
    }
}
