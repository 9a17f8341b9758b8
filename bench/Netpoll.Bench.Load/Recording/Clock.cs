using System.Diagnostics;

namespace Netpoll.Bench.Load.Recording;

/// <summary>The monotonic clock that everything here is timed with, in nanoseconds, which are .NET's own ticks on Linux.</summary>
internal static class Clock
{
    /// <summary>Ticks of a second.</summary>
    public const long Second = 1_000_000_000;

    /// <summary>Ticks of a millisecond.</summary>
    public const long Millisecond = Second / 1000;

    /// <summary>The time now; costs some 20 ns.</summary>
    public static long Now() => Stopwatch.GetTimestamp();

    /// <summary>Seconds as ticks.</summary>
    public static long Ticks(double seconds) => (long)(seconds * Second);

    /// <summary>Ticks as seconds.</summary>
    public static double Seconds(long ticks) => (double)ticks / Second;
}
