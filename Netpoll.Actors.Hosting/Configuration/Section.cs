using System.Globalization;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Hosting.Configuration;

/// <summary>
/// Reads one section of the configuration over its defaults. Whatever is wrong is said with the path of the key and what is allowed there.
/// </summary>
internal sealed class Section
{
    private static readonly Dictionary<string, Func<IFrameCodec>> s_codecs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["length-field"] = () => Codecs.LengthField(),
    };

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
        _path = path;
        Config defaults = all.WithFallback(reference).GetConfig(defaultsPath)!;
        _config = all.GetConfig(path) is { } own ? own.WithFallback(defaults) : defaults;
    }

    /// <summary>Every setting's default, as HOCON.</summary>
    public static Config ReferenceConfig() => ConfigurationFactory.FromResource<Section>("Netpoll.Actors.Hosting.Configuration.hosting.conf");

    public NetAddress ReadAddress(string key)
    {
        const string Allowed = "'tcp://host:port', 'unix:///path' or 'unix://@name'";
        string text = _config.GetString(key) ?? "";
        if (text.Length == 0)
        {
            throw new ConfigurationException($"{_path}.{key} is missing: it must be {Allowed}.");
        }

        try
        {
            return NetAddress.Parse(text);
        }
        catch (FormatException error)
        {
            throw new ConfigurationException($"{_path}.{key} is '{text}': it must be {Allowed}. {error.Message}", error);
        }
    }

    public IFrameCodec ReadCodec(string key) => ReadOneOf(key, s_codecs)();

    public T ReadOneOf<T>(string key, Dictionary<string, T> choices)
    {
        string text = _config.GetString(key) ?? "";
        return choices.TryGetValue(text, out T? chosen) || choices.TryGetValue(HoconText.KebabCase(text), out chosen)
            ? chosen
            : throw NotAllowed(key, text, $"one of {string.Join(", ", choices.Keys.Select(name => $"'{name}'"))}");
    }

    public int ReadInt(string key, int least)
    {
        string text = _config.GetString(key) ?? "";
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw NotAllowed(key, text, $"a whole number from {least} to {int.MaxValue}");
    }

    public long ReadBytes(string key, long most)
    {
        string text = _config.GetString(key) ?? "";
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

        throw NotAllowed(key, text, $"a size from 1 to {most} bytes, such as '64KiB' or '16MiB'");
    }

    public TimeSpan ReadTime(string key, TimeSpan least = default)
    {
        string text = _config.GetString(key) ?? "";
        try
        {
            TimeSpan time = _config.GetTimeSpan(key, null, allowInfinite: false);
            if (time >= least && !text.StartsWith('-'))
            {
                return time;
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException or ConfigurationException)
        {
            // Said below, with the path and what is allowed.
        }

        throw NotAllowed(key, text, least == default ? "a time such as '500ms' or '10s'" : $"a time of at least {least.TotalMilliseconds}ms, such as '10s'");
    }

    private ConfigurationException NotAllowed(string key, string text, string allowed) =>
        new($"{_path}.{key} is '{text}': it must be {allowed}.");
}
