namespace Netpoll.Actors.Rpc;

/// <summary>
/// Making a call again that failed with its connection, or that the server could not serve now. Only where that is safe: the call never reached a
/// socket, or the server says that it has not begun, or the call says that it is idempotent. Never after the call's time-out, which covers all
/// its tries, and no stream of which something has come. Immutable.
/// </summary>
public sealed record RetryPolicy
{
    /// <summary>The most tries of one call, the first included; at least 2. Defaults to 3 (arbitrary).</summary>
    public int MaxTries { get; init; } = 3;

    /// <summary>The waits between tries. Defaults to <see cref="BackOff.Default"/>.</summary>
    public BackOff Delay { get; init; } = BackOff.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTries, 2);
        Delay.Validate();
    }
}
