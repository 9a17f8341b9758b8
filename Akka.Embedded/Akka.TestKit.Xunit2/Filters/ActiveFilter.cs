using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>A filter while it is there: it takes the lines that fit, so that no logger prints them, and counts them.</summary>
internal sealed class ActiveFilter(IReadOnlyList<LogFilter> filters)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool Take(LogEvent line)
    {
        if (!filters.Any(filter => filter.Fits(line)))
            return false;
        Interlocked.Increment(ref _count);
        return true;
    }
}
