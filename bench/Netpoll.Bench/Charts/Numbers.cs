using System.Globalization;

namespace Netpoll.Bench.Charts;

/// <summary>Numbers as an axis has room for them.</summary>
public static class Numbers
{
    /// <summary>A count: 950, 150k, 2.5M.</summary>
    public static string Count(double value) => value switch
    {
        >= 1e6 => Text(value / 1e6, "M"),
        >= 1e3 => Text(value / 1e3, "k"),
        _ => Text(value, ""),
    };

    /// <summary>Microseconds: 80 us, 12 ms, 1.5 s.</summary>
    public static string Micros(double value) => value switch
    {
        >= 1e6 => Text(value / 1e6, " s"),
        >= 1e3 => Text(value / 1e3, " ms"),
        _ => Text(value, " us"),
    };

    /// <summary>Bytes: 512 B, 64 KiB.</summary>
    public static string Bytes(double value) => value >= 1024 ? Text(value / 1024, " KiB") : Text(value, " B");

    /// <summary>A ratio: 0.85.</summary>
    public static string Ratio(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(double value, string unit) => value.ToString(value >= 10 ? "0" : "0.##", CultureInfo.InvariantCulture) + unit;
}
