using System.Numerics;

namespace Netpoll.Bench.Load.Recording;

/// <summary>
/// Counts latencies in log-linear buckets: each power of two is cut into 128 of equal width, so a percentile is at most 0.4 % off at any
/// size, and recording costs a few instructions and no memory. One thread at a time.
/// </summary>
/// <remarks>The layout of the buckets is that of Gil Tene's HdrHistogram (hdrhistogram.org), with two to three significant digits.</remarks>
public sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubCount = 1 << SubBits;

    // SubCount buckets for each power of two from SubCount on, and as many for all that is below.
    private readonly long[] _counts = new long[(63 - SubBits + 1) * SubCount];

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The largest value recorded, exactly; 0 when there are none.</summary>
    public long Max { get; private set; }

    /// <summary>Records a value of 0 or more, in any unit.</summary>
    public void Record(long value)
    {
        _counts[IndexOf(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Max) = (0, 0);
    }

    /// <summary>The value that the given share of all values does not exceed; 0 when there are none.</summary>
    /// <param name="share">0 to 1: 0.99 for the 99th percentile.</param>
    public long Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(MiddleOf(i), Max);
            }
        }

        return 0;
    }

    private static int IndexOf(long value)
    {
        // How many low bits of the value its bucket leaves out. Below 2 * SubCount a bucket holds one value.
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - SubBits);
        return (shift * SubCount) + (int)(value >> shift);
    }

    private static long MiddleOf(int index)
    {
        int shift = Math.Max(0, (index / SubCount) - 1);
        long low = (long)(index - (shift * SubCount)) << shift;
        return low + ((1L << shift) >> 1);
    }
}
