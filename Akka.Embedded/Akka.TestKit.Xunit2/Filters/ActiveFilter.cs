namespace Akka.TestKit.Internal;

/// <summary>A filter while it is there: it takes the lines that fit, so that no logger prints them, and counts them.</summary>
internal sealed class ActiveFilter(IReadOnlyList<Predicate<object>> filters)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private int _expected = int.MaxValue;

    public int Count => Volatile.Read(ref _count);

    public bool Take(object logged)
    {
        if (!filters.Any(filter => filter(logged)))
            return false;
        if (Interlocked.Increment(ref _count) >= Volatile.Read(ref _expected))
            _reached.TrySetResult();
        return true;
    }

    /// <summary>Is complete when so many were taken.</summary>
    public Task WhenReached(int expected)
    {
        Interlocked.Exchange(ref _expected, expected);
        if (Count >= expected)
            _reached.TrySetResult();
        return _reached.Task;
    }
}
