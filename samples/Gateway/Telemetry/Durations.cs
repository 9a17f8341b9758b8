using System.Globalization;
using System.Text;

namespace Gateway.Telemetry;

/// <summary>One series of a histogram, as Prometheus counts: each bucket has all that took no longer. Any thread.</summary>
/// <param name="bounds">The buckets' upper ends, rising.</param>
internal sealed class Durations(IReadOnlyList<double> bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Count + 1];
    private double _sum;

    public void Add(double value)
    {
        int bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_gate)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    public void Write(StringBuilder page, string name, string labels)
    {
        string more = labels.Length == 0 ? "" : labels + ",";
        string braced = labels.Length == 0 ? "" : $"{{{labels}}}";
        lock (_gate)
        {
            long total = 0;
            for (int i = 0; i <= bounds.Count; i++)
            {
                total += _counts[i];
                string bound = i < bounds.Count ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                page.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{more}le=\"{bound}\"}} {total}\n");
            }

            page.Append(CultureInfo.InvariantCulture, $"{name}_sum{braced} {_sum}\n").Append(CultureInfo.InvariantCulture, $"{name}_count{braced} {total}\n");
        }
    }
}
