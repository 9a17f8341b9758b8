using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Netpoll.Actors.Pollers;

/// <summary>Finds settings that nobody reads: a name that is written wrong would otherwise be ignored in silence.</summary>
public static class SettingNames
{
    /// <summary>Compares a section with the one that lists what may stand there. An empty section in the reference may hold anything.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="path">The section.</param>
    /// <param name="reference">The reference configuration.</param>
    /// <param name="referencePath">The section of the reference.</param>
    /// <exception cref="ConfigurationException">A setting is not known; the message names its path and what is allowed there.</exception>
    public static void Check(Config config, string path, Config reference, string referencePath)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(reference);
        if (config.HasPath(path) && config.GetConfig(path) is { } section && reference.GetConfig(referencePath) is { } known)
        {
            Check(section, known, path);
        }
    }

    private static void Check(Config section, Config reference, string path)
    {
        Dictionary<string, bool> allowed = reference.AsEnumerable().ToDictionary(entry => entry.Key, entry => entry.Value.IsObject());
        foreach ((string name, HoconValue value) in section.AsEnumerable().Where(_ => allowed.Count > 0))
        {
            if (!allowed.TryGetValue(name, out bool isSection))
            {
                throw new ConfigurationException(
                    $"{path}.{name} is not a setting: allowed are {string.Join(", ", allowed.Keys.Order(StringComparer.Ordinal))}.");
            }

            if (isSection != value.IsObject())
            {
                throw new ConfigurationException($"{path}.{name} is {(isSection ? "a value: it must be a section" : "a section: it must be a value")}.");
            }

            if (isSection)
            {
                Check(section.GetConfig(name)!, reference.GetConfig(name)!, $"{path}.{name}");
            }
        }
    }
}
