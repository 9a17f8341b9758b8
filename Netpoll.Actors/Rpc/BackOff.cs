namespace Netpoll.Actors.Rpc;

/// <summary>
/// How long to wait before the next try: longer with each failure in a row, and by chance a little shorter, so that many clients of a server
/// that comes back do not come back at the same moment. Immutable.
/// </summary>
public sealed record BackOff
{
    /// <summary>From 100 ms, twice as long with each failure, at most 10 s, and up to half of it less by chance (all arbitrary).</summary>
    public static BackOff Default { get; } = new();

    /// <summary>The wait after the first failure; above zero. Defaults to 100 ms.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait, at least <see cref="First"/>. Defaults to 10 seconds.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many times longer each wait is than the one before, at least 1. Defaults to 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>Which part of a wait is left to chance, 0 to 1. Defaults to 0.5: a wait is then between a half and the whole of its length.</summary>
    public double Jitter { get; init; } = 0.5;

    /// <summary>The wait after a number of failures in a row.</summary>
    /// <param name="failures">At least 1.</param>
    internal TimeSpan DelayAfter(int failures) => DelayAfter(failures, Random.Shared.NextDouble());

    /// <param name="failures">At least 1.</param>
    /// <param name="chance">0 to 1; the higher, the shorter the wait.</param>
    internal TimeSpan DelayAfter(int failures, double chance)
    {
        // Infinity when there are many: the least of it and the longest wait is the longest wait.
        double millis = Math.Min(First.TotalMilliseconds * Math.Pow(Factor, failures - 1), Max.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(millis * (1 - (Jitter * chance)));
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(First, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Max, First);
        ArgumentOutOfRangeException.ThrowIfLessThan(Factor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Jitter, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Jitter, 1);
    }
}
