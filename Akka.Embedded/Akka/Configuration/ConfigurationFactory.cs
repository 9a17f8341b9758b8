using System.Reflection;
using Akka.Actor;

namespace Akka.Configuration;

/// <summary>Makes configurations.</summary>
public class ConfigurationFactory
{
    /// <summary>A configuration with nothing in it.</summary>
    public static Config Empty => Config.Empty;

    /// <summary>Reads HOCON.</summary>
    /// <param name="hocon">The text.</param>
    /// <exception cref="ConfigurationException">It is not HOCON.</exception>
    public static Config ParseString(string hocon)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        return new Config(HoconParser.Parse(hocon));
    }

    /// <summary>What holds unless it is said otherwise.</summary>
    public static Config Default() => ReferenceConfig.Value;

    /// <summary>What the application's own configuration says: nothing, as there is no file for it here.</summary>
    public static Config Load() => Empty;

    /// <summary>Reads HOCON from a resource.</summary>
    /// <typeparam name="TAssembly">Any type of the assembly that holds it.</typeparam>
    /// <param name="resourceName">The resource's full name.</param>
    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Reads HOCON from a resource.</summary>
    /// <param name="resourceName">The resource's full name.</param>
    /// <param name="instanceInAssembly">Any object of a type of the assembly that holds it.</param>
    public static Config FromResource(string resourceName, object instanceInAssembly)
    {
        ArgumentNullException.ThrowIfNull(instanceInAssembly);
        return FromResource(resourceName, (instanceInAssembly as Type ?? instanceInAssembly.GetType()).Assembly);
    }

    /// <summary>Reads HOCON from a resource.</summary>
    /// <param name="resourceName">The resource's full name.</param>
    /// <param name="assembly">The assembly that holds it.</param>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"There is no resource {resourceName} in {assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}

/// <summary>A configuration does not say what it must.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="exception">Why, or null.</param>
public class ConfigurationException(string message, Exception? exception = null) : AkkaException(message, exception)
{
    /// <summary>Something wants a configuration and got none.</summary>
    /// <typeparam name="T">What wants it.</typeparam>
    /// <param name="path">The path, or null.</param>
    public static ConfigurationException NullOrEmptyConfig<T>(string? path = null) =>
        new(path is null
            ? $"Failed to instantiate {typeof(T).Name}: Configuration does not contain any value."
            : $"Failed to instantiate {typeof(T).Name}: Configuration does not contain `{path}` node");
}
