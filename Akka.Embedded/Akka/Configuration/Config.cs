using System.Globalization;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>A configuration: a tree of values, asked for by path. Immutable.</summary>
public class Config
{
    /// <summary>A configuration with nothing in it.</summary>
    public static readonly Config Empty = new(HoconTree.Empty);

    private readonly HoconTree _root;

    /// <summary>A configuration with nothing in it.</summary>
    public Config()
        : this(HoconTree.Empty)
    {
    }

    internal Config(HoconTree root)
    {
        _root = root;
    }

    /// <summary>Whether there is nothing in it.</summary>
    public virtual bool IsEmpty => _root.Fields.Count == 0;

    internal IEnumerable<string> Names => _root.Fields.Keys;

    /// <summary>Whether there is a value at a path.</summary>
    /// <param name="path">The path.</param>
    public virtual bool HasPath(string path) => _root.Find(path) is not null;

    /// <summary>The names at the top, with their values.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() =>
        _root.Fields.Select(static field => KeyValuePair.Create(field.Key, new HoconValue(field.Value)));

    /// <summary>This configuration, and what only the other one has.</summary>
    /// <param name="fallback">The other one, or null.</param>
    /// <exception cref="ArgumentException">It is this one.</exception>
    public virtual Config WithFallback(Config? fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        return fallback is null || fallback.IsEmpty ? this : IsEmpty ? fallback : new Config(_root.WithFallback(fallback._root));
    }

    /// <summary>The part below a path, or null.</summary>
    /// <param name="path">The path.</param>
#nullable disable annotations // Whether there is something the caller knows or checks; Akka says nothing about it either.
    public virtual Config GetConfig(string path) => _root.Find(path) switch
    {
        HoconTree tree => new Config(tree.Open()),
        null => null,
        _ => Empty,
    };
#nullable restore annotations

    /// <summary>Text.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing.</param>
#nullable disable annotations // As above.
    public virtual string GetString(string path, string @default = null) => _root.Find(path) switch
    {
        HoconText text => text.Text,
        null => @default,
        _ => null,
    };
#nullable restore annotations

    /// <summary>on or off, true or false, yes or no.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual bool GetBoolean(string path, bool @default = false) => Read(path, @default, ParseBoolean);

    /// <summary>A number.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual int GetInt(string path, int @default = 0) => Read(path, @default, static text => int.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>A number.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual long GetLong(string path, long @default = 0) => Read(path, @default, static text => long.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>A number.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual float GetFloat(string path, float @default = 0) => Read(path, @default, static text => float.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>A number.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual double GetDouble(string path, double @default = 0) => Read(path, @default, static text => double.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>A number.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual decimal GetDecimal(string path, decimal @default = 0) =>
        Read(path, @default, static text => decimal.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>A size in bytes, such as 64k or 10 MiB, or null.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    /// <summary>A size in bytes, such as 64k or 10 MiB.</summary>
    /// <param name="path">The path.</param>
    /// <param name="def">What to answer if there is nothing.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual long? GetByteSize(string path, long? def) => Read<long?>(path, def, static text => HoconUnits.ParseBytes(text));

    /// <summary>A time, such as 10ms or 5 minutes; a bare number is milliseconds.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">What to answer if there is nothing; zero if null.</param>
    /// <param name="allowInfinite">Whether it may be <c>infinite</c>.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Read(path, @default.GetValueOrDefault(), text => HoconUnits.ParseTime(text, allowInfinite));

    /// <summary>A list of text; empty if there is none.</summary>
    /// <param name="path">The path.</param>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    /// <summary>A list of text.</summary>
    /// <param name="path">The path.</param>
    /// <param name="defaultPaths">What to answer if there is nothing.</param>
    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => _root.Find(path) switch
    {
        null => defaultPaths,
        HoconList list => [.. list.Items.Select(static item => (item as HoconText)?.Text ?? string.Empty)],
        _ => [],
    };

    /// <summary>A list of numbers; empty if there is none.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual IList<int> GetIntList(string path) => ReadList(path, static text => int.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>A list of numbers; empty if there is none.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public virtual IList<long> GetLongList(string path) => ReadList(path, static text => long.Parse(text, CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => _root.ToString();

    /// <summary>Reads HOCON.</summary>
    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    private static bool ParseBoolean(string text) => text switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        _ => throw new FormatException("It must be on or off, true or false, yes or no."),
    };

    private T Read<T>(string path, T @default, Func<string, T> parse) => _root.Find(path) switch
    {
        HoconText { Text: { } text } => Parse(path, text, parse),
        null or HoconText => @default,
        HoconList => throw new ConfigurationException($"{path} is a list where a single value must be."),
        _ => throw new ConfigurationException($"{path} is an object where a single value must be."),
    };

    private List<T> ReadList<T>(string path, Func<string, T> parse) => [.. GetStringList(path).Select(item => Parse(path, item, parse))];

    private static T Parse<T>(string path, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new ConfigurationException($"{path} is '{text}': {error.Message}", error);
        }
    }
}

/// <summary>Configurations that may be null.</summary>
public static class ConfigExtensions
{
    /// <summary>Whether there is nothing in it, or no configuration at all.</summary>
    /// <param name="config">The configuration, or null.</param>
    public static bool IsNullOrEmpty([System.Diagnostics.CodeAnalysis.NotNullWhen(false)] this Config? config) => config is null || config.IsEmpty;

    /// <summary>A configuration and what only the other one has; either may be null.</summary>
    /// <param name="config">The configuration, or null.</param>
    /// <param name="fallback">The other one, or null.</param>
    public static Config? SafeWithFallback(this Config? config, Config? fallback) =>
        config is null ? fallback : ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);
}
