using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>What calls allocate, in the whole process: for classes of <see cref="Alone"/>.</summary>
internal static class Allocation
{
    private const int Rounds = 3;

    /// <summary>Skips the test where allocating is part of the checking.</summary>
    public static void SkipInDebug() =>
#if DEBUG
        Skip.If(true, "A Debug build keeps the stack of every lease.");
#else
        Skip.If(false);
#endif

    /// <summary>The bytes of one call: the least of some rounds, after one that warms up.</summary>
    /// <param name="calls">How many calls a round makes.</param>
    /// <param name="round">Makes them.</param>
    public static async Task<double> OfCallAsync(int calls, Func<Task> round)
    {
        await round();
        long least = long.MaxValue;

        // The runtime allocates now and then on threads of its own: what a call does, it does every time.
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await round();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return (double)least / calls;
    }
}
