namespace Netpoll.Bench.Engine.Measuring;

/// <summary>What one operation took in one round.</summary>
/// <param name="WallNanoseconds">Time on the clock.</param>
/// <param name="CpuNanoseconds">Processor time, of all threads together.</param>
/// <param name="AllocatedBytes">Bytes allocated.</param>
/// <param name="HeldBytes">Bytes still in use afterwards; 0 where that is not the question.</param>
internal sealed record Sample(double WallNanoseconds, double CpuNanoseconds, double AllocatedBytes, double HeldBytes)
{
    /// <summary>What lies between two readings, for one operation.</summary>
    public static Sample Of(Reading before, Reading after, int operations)
    {
        return new Sample(
            Each((after.Wall - before.Wall) * TimeSpan.NanosecondsPerTick),
            Each((after.Cpu - before.Cpu) * TimeSpan.NanosecondsPerTick),
            Each(after.Allocated - before.Allocated),
            Each(after.Held - before.Held));

        double Each(double all) => all / operations;
    }
}
