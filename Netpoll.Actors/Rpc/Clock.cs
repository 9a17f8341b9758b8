using System.Diagnostics;

namespace Netpoll.Actors.Rpc;

/// <summary>Moments as <see cref="Stopwatch.GetTimestamp"/> counts them. 0 stands for none: the clock is past it.</summary>
internal static class Clock
{
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>So long from now; the end of time if that is too far.</summary>
    public static long After(TimeSpan time)
    {
        double ticks = time.TotalSeconds * Stopwatch.Frequency;
        long now = Now;
        return ticks < long.MaxValue - now - 1.0 ? now + Math.Max((long)ticks, 0) : long.MaxValue;
    }

    /// <summary>How long until a moment; zero when it has passed.</summary>
    public static TimeSpan Until(long moment, long now) => moment > now ? Stopwatch.GetElapsedTime(now, moment) : TimeSpan.Zero;
}
