namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>
/// A call's failure with its status. A method throws it to say what the caller is to hear: status and message are all that is sent. A client
/// throws it when it hears one.
/// </summary>
public sealed class RpcStatusException : Exception
{
    /// <summary>Describes a failure.</summary>
    /// <param name="status">Not <see cref="RpcStatus.Ok"/>.</param>
    /// <param name="message">For the caller: no secrets.</param>
    /// <param name="inner">What led to it; stays on this side.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is none of a failure.</exception>
    public RpcStatusException(RpcStatus status, string message, Exception? inner = null)
        : base(message, inner)
    {
        if (status is <= RpcStatus.Ok or > RpcStatus.Unauthenticated)
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "A failure has a status from 1 to 16.");
        }

        Status = status;
    }

    /// <summary>What kind of failure.</summary>
    public RpcStatus Status { get; }

    /// <summary>
    /// Whether the server has surely done nothing of the call, so that a client that retries may make it again even if it is not
    /// idempotent. Defaults to false.
    /// </summary>
    public bool IsNotStarted { get; init; }

    /// <summary>What travels along with the failure. Defaults to nothing.</summary>
    public RpcMetadata Metadata { get; init; } = RpcMetadata.Empty;
}
