using System.Globalization;

namespace Akka.Configuration;

/// <summary>Durations and sizes in bytes, as HOCON writes them.</summary>
internal static class HoconUnits
{
    public static TimeSpan ParseTime(string text, bool allowInfinite)
    {
        text = text.Trim();
        if (allowInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;

        var (number, unit) = Split(text);
        if (!double.TryParse(number, CultureInfo.InvariantCulture, out var value))
            throw new FormatException($"\"{text}\" is not a time.");
        if (value < 0)
            throw new FormatException($"\"{text}\" is below zero.");

        return unit switch
        {
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.FromMilliseconds(value),
            "s" or "second" or "seconds" => TimeSpan.FromSeconds(value),
            "m" or "minute" or "minutes" => TimeSpan.FromMinutes(value),
            "h" or "hour" or "hours" => TimeSpan.FromHours(value),
            "d" or "day" or "days" => TimeSpan.FromDays(value),
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.FromMicroseconds(value),
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => TimeSpan.FromTicks((long)Math.Round(value / 100)),
            _ => throw new FormatException($"\"{text}\" is not a time."),
        };
    }

    public static long ParseBytes(string text)
    {
        text = text.Trim();
        var (number, unit) = Split(text);
        return checked(long.Parse(number, CultureInfo.InvariantCulture) * Factor(unit, text));
    }

    // Single letters and the i's are powers of 1024, as Akka has it; those that end in B without an i are powers of 1000.
    private static long Factor(string unit, string text) => unit switch
    {
        "" or "b" or "B" or "byte" or "bytes" => 1,
        "kB" or "kilobyte" or "kilobytes" => 1000,
        "MB" or "megabyte" or "megabytes" => 1000_000,
        "GB" or "gigabyte" or "gigabytes" => 1000_000_000,
        "TB" or "terabyte" or "terabytes" => 1000_000_000_000,
        "PB" or "petabyte" or "petabytes" => 1000_000_000_000_000,
        "EB" or "exabyte" or "exabytes" => 1000_000_000_000_000_000,
        "k" or "K" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
        "m" or "M" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
        "g" or "G" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
        "t" or "T" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
        "p" or "P" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => 1L << 50,
        "e" or "E" or "Ei" or "EiB" or "exbibyte" or "exbibytes" => 1L << 60,
        _ => throw new FormatException($"\"{text}\" is not a size in bytes."),
    };

    private static (string Number, string Unit) Split(string text)
    {
        var end = text.Length;
        while (end > 0 && char.IsLetter(text[end - 1]))
            end--;
        return (text[..end].Trim(), text[end..]);
    }
}
