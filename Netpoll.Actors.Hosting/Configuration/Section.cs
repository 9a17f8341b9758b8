using System.Globalization;
using Akka.Configuration;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Hosting.Configuration;

/// <summary>
/// Reads one section of the configuration over its defaults. Whatever is wrong is said with the path of the key and what is allowed there.
/// </summary>
internal sealed class Section
{
    private const string AllowedAddress = "'tcp://host:port', 'unix:///path' or 'unix://@name'";

    private static readonly Dictionary<string, bool> s_switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["on"] = true,
        ["off"] = false,
        ["true"] = true,
        ["false"] = false,
    };

    private readonly Config _all;
    private readonly Config _config;
    private readonly string _path;

    /// <param name="all">The actor system's configuration.</param>
    /// <param name="path">The section.</param>
    /// <param name="defaultsPath">The section of its defaults.</param>
    /// <exception cref="ConfigurationException">There is a key that has no default: nobody would read it.</exception>
    public Section(Config all, string path, string defaultsPath)
    {
        Config reference = ReferenceConfig();
        SettingNames.Check(all, defaultsPath, reference, defaultsPath);
        SettingNames.Check(all, path, reference, defaultsPath);
        (_all, _path) = (all, path);
        Config defaults = all.WithFallback(reference).GetConfig(defaultsPath)!;
        _config = all.GetConfig(path) is { } own ? own.WithFallback(defaults) : defaults;
    }

    /// <summary>Every setting's default, as HOCON.</summary>
    public static Config ReferenceConfig() => ConfigurationFactory.FromResource<Section>("Netpoll.Actors.Hosting.Configuration.hosting.conf");

    public NetAddress ReadAddress(string key) => TryReadAddress(key) ?? throw NoAddress(key);

    /// <summary>The address of one key, if there is any, and then those of another.</summary>
    public IReadOnlyList<NetAddress> ReadAddresses(string key, string listKey)
    {
        List<NetAddress> all = [];
        if (TryReadAddress(key) is { } first)
        {
            all.Add(first);
        }

        all.AddRange(ReadList(listKey).Select(text => ParseAddress(listKey, text)));
        return all.Count > 0 ? all : throw NoAddress(key);
    }

    /// <summary>A list of texts. A single text is a list of one.</summary>
    public IReadOnlyList<string> ReadList(string key)
    {
        IList<string> list = _config.GetStringList(key);
        return list.Count > 0 ? [.. list.Select(text => text.Trim(HoconText.Guard))] : Text(key) is { Length: > 0 } single ? [single] : [];
    }

    /// <summary>Whether the section itself says anything of a key, so that it does not come from the defaults.</summary>
    public bool IsSet(string key) => _all.HasPath($"{_path}.{key}");

    public bool ReadSwitch(string key) => ReadOneOf(key, s_switches);

    /// <summary>Whether a setting says that it follows from others.</summary>
    public bool IsAuto(string key) => Text(key).Equals("auto", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a setting says that there is no limit.</summary>
    public bool IsOff(string key) => s_switches.TryGetValue(Text(key), out bool isOn) && !isOn;

    public byte[] ReadHex(string key)
    {
        try
        {
            return Convert.FromHexString(Text(key));
        }
        catch (FormatException error)
        {
            throw NotAllowed(key, "pairs of hexadecimal digits, such as 'CAFE'", error);
        }
    }

    /// <summary>A number above 0.</summary>
    public double ReadRate(string key)
    {
        bool isNumber = double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        return isNumber && double.IsFinite(value) && value > 0 ? value : throw NotAllowed(key, "a number above 0, or 'off'");
    }

    public T ReadOneOf<T>(string key, Dictionary<string, T> choices)
    {
        string text = Text(key);
        return choices.TryGetValue(text, out T? chosen) || choices.TryGetValue(HoconText.KebabCase(text), out chosen)
            ? chosen
            : throw NotAllowed(key, $"one of {string.Join(", ", choices.Keys.Select(name => $"'{name}'"))}");
    }

    public int ReadInt(string key, int least, int most = int.MaxValue)
    {
        bool isNumber = int.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
        return isNumber && value >= least && value <= most
            ? value
            : throw NotAllowed(key, $"a whole number from {least} to {most}");
    }

    public long ReadBytes(string key, long most)
    {
        try
        {
            if (_config.GetByteSize(key) is { } bytes && bytes >= 1 && bytes <= most)
            {
                return bytes;
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException or ConfigurationException)
        {
            // Said below, with the path and what is allowed.
        }

        throw NotAllowed(key, $"a size from 1 to {most} bytes, such as '64KiB' or '16MiB'");
    }

    public TimeSpan ReadTime(string key, TimeSpan least = default)
    {
        try
        {
            TimeSpan time = _config.GetTimeSpan(key, null, allowInfinite: false);
            if (time >= least && !Text(key).StartsWith('-'))
            {
                return time;
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException or ConfigurationException)
        {
            // Said below, with the path and what is allowed.
        }

        throw NotAllowed(key, least == default ? "a time such as '500ms' or '10s'" : $"a time of at least {least.TotalMilliseconds}ms, such as '10s'");
    }

    /// <summary>Says what a setting is, and what it must be.</summary>
    public ConfigurationException NotAllowed(string key, string allowed, Exception? inner = null) =>
        new($"{_path}.{key} is '{string.Join("', '", ReadList(key))}': it must be {allowed}.", inner);

    private NetAddress? TryReadAddress(string key) => Text(key) is { Length: > 0 } text ? ParseAddress(key, text) : null;

    private NetAddress ParseAddress(string key, string text)
    {
        try
        {
            return NetAddress.Parse(text);
        }
        catch (FormatException error)
        {
            throw new ConfigurationException($"{_path}.{key} is '{text}': it must be {AllowedAddress}. {error.Message}", error);
        }
    }

    private ConfigurationException NoAddress(string key) => new($"{_path}.{key} is missing: it must be {AllowedAddress}.");

    private string Text(string key) => _config.GetString(key) ?? "";
}
