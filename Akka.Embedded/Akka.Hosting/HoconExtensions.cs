using System.Globalization;

namespace Akka.Hosting;

/// <summary>Values as HOCON writes them.</summary>
public static class HoconExtensions
{
    /// <summary>Quoted text, or <c>null</c>.</summary>
    /// <param name="text">The text.</param>
    public static string ToHocon(this string? text) => text is null
        ? "null"
        : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>on or off.</summary>
    /// <param name="value">The value.</param>
    public static string ToHocon(this bool value) => value ? "on" : "off";

    /// <summary>A number.</summary>
    /// <param name="value">The value.</param>
    public static string ToHocon(this int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number.</summary>
    /// <param name="value">The value.</param>
    public static string ToHocon(this long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number.</summary>
    /// <param name="value">The value.</param>
    public static string ToHocon(this float value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number.</summary>
    /// <param name="value">The value.</param>
    public static string ToHocon(this double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A time.</summary>
    /// <param name="value">The time.</param>
    /// <param name="allowInfinite">Whether it may be infinite.</param>
    /// <param name="zeroIsInfinite">Whether zero means infinite.</param>
    public static string ToHocon(this TimeSpan value, bool allowInfinite = false, bool zeroIsInfinite = false)
    {
        if (allowInfinite && (value == Timeout.InfiniteTimeSpan || (zeroIsInfinite && value <= TimeSpan.Zero)))
            return "infinite";
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");
    }
}
