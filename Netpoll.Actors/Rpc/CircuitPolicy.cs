namespace Netpoll.Actors.Rpc;

/// <summary>
/// When to take a server for dead although it accepts connections: it has let so many calls in a row time out. It is then called no more
/// for a while; after that one call is let through as a probe, and its answer, or its failure, decides. Immutable.
/// </summary>
/// <remarks>A server that cannot be connected to needs no such policy: it is dead until a connection succeeds.</remarks>
public sealed record CircuitPolicy
{
    /// <summary>How many calls in a row, without an answer in between, must time out; at least 1. Defaults to 16 (arbitrary).</summary>
    public int TimeoutsToOpen { get; init; } = 16;

    /// <summary>How long it is left alone, and longer with each probe that fails; after the same time a probe without an answer makes way for another. Defaults to <see cref="BackOff.Default"/>.</summary>
    public BackOff OpenFor { get; init; } = BackOff.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(TimeoutsToOpen, 1);
        OpenFor.Validate();
    }
}
