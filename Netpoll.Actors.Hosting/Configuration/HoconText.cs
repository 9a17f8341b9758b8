using System.Globalization;
using System.Text;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;

namespace Netpoll.Actors.Hosting.Configuration;

/// <summary>Writes settings as HOCON: only what was set, so that everything else keeps what the configuration says already.</summary>
internal sealed class HoconText(string path)
{
    /// <summary>
    /// Stands at both ends of a listed text that begins or ends with white space, a line's end for one: Akka.NET's HOCON takes white space
    /// off the ends of texts, even of quoted ones. (A word joiner, which is none and which nobody sees.)
    /// </summary>
    public const char Guard = '\u2060';

    private readonly StringBuilder _text = new();

    /// <summary>Writes a value, unless it is null.</summary>
    public HoconText Add(string key, string? value)
    {
        if (value is not null)
        {
            Begin(key).AppendLine(Quoted(value));
        }

        return this;
    }

    /// <summary>Writes a list, unless it is empty.</summary>
    public HoconText Add(string key, IEnumerable<string> values)
    {
        string list = string.Join(", ", values.Select(value => Quoted(Guarded(value))));
        if (list.Length > 0)
        {
            Begin(key).Append('[').Append(list).AppendLine("]");
        }

        return this;
    }

    /// <inheritdoc cref="Add(string, string?)"/>
    public HoconText Add(string key, bool? value) => Add(key, value is { } isOn ? (isOn ? "on" : "off") : null);

    /// <inheritdoc cref="Add(string, string?)"/>
    public HoconText Add(string key, long? value) => Add(key, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes a time, unless it is null.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The time; negative ones are written too, and refused when they are read.</param>
    public HoconText Add(string key, TimeSpan? value) =>
        Add(key, value is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds}ms") : null);

    /// <summary>Writes a time limit, unless it is null; an infinite one is off.</summary>
    public HoconText AddLimit(string key, TimeSpan? value) => value == Timeout.InfiniteTimeSpan ? Add(key, "off") : Add(key, value);

    /// <summary>Writes the waits of a back-off, those that are not null.</summary>
    public HoconText AddBackOff(string of, TimeSpan? first, TimeSpan? max) => Add($"{of}.first-delay", first).Add($"{of}.max-delay", max);

    /// <summary>
    /// Writes everything that a section of an application's configuration says. Names are taken in any usual form: <c>MaxFrameBytes</c> and
    /// <c>max-frame-bytes</c> are the same setting, and so are <c>00:00:10</c> and <c>10s</c>.
    /// </summary>
    public HoconText AddAll(IConfiguration section) => AddAll(section, "");

    /// <summary>A name as HOCON writes it: <c>MaxFrameBytes</c> becomes <c>max-frame-bytes</c>.</summary>
    public static string KebabCase(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0 && text[^1] != '-')
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    public Config ToConfig() => ConfigurationFactory.ParseString(_text.ToString());

    private HoconText AddAll(IConfiguration section, string prefix)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string key = prefix + KebabCase(child.Key);
            if (child.Value is { } value)
            {
                Add(key, IsClockTime(value, out TimeSpan time) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds}ms") : value);
            }

            if (IsList(child))
            {
                Add(key, child.GetChildren().Select(item => item.Value ?? ""));
            }
            else
            {
                AddAll(child, key + ".");
            }
        }

        return this;
    }

    private StringBuilder Begin(string key) => _text.Append(path).Append('.').Append(key).Append(" = ");

    private static string Guarded(string value) => value.Trim() == value ? value : Guard + value + Guard;

    // Line ends within quotes are written as what stands for them.
    private static string Quoted(string value) => value.ToHocon()
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal);

    // Lists have numbers for names.
    private static bool IsList(IConfiguration section) =>
        section.GetChildren().Any() && section.GetChildren().All(child => child.Key.All(char.IsAsciiDigit));

    private static bool IsClockTime(string value, out TimeSpan time)
    {
        time = default;
        return value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out time);
    }
}
