using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>How many blocks of the pool that all loops share are out.</summary>
internal static class BlocksOut
{
    private const int MostReads = 1000;

    /// <summary>
    /// Counted while nobody is at work. The counters of all caches are read one after the other, so a loop that just then puts away what others gave back, as a
    /// parked one does every second, may make the sum too small; two sums that agree are right.
    /// </summary>
    public static long Now()
    {
        long last = Read();
        for (int i = 0; i < MostReads; i++)
        {
            long next = Read();
            if (next == last)
            {
                break;
            }

            last = next;
        }

        return last;
    }

    private static long Read() => BlockPool.Shared.GetStatistics().Outstanding;
}
