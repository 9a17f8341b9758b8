using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Configurators that the configuration names by their class. A trimmed program has no names to find them by.</summary>
internal static class ClassConfigurators
{
    // Nothing tells at run time whether a program is trimmed: publishing it trimmed makes this false. Native code is always trimmed.
#pragma warning disable IL4000
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
    private static bool FindsClasses => RuntimeFeature.IsDynamicCodeSupported;
#pragma warning restore IL4000

    /// <summary>Makes the configurator of a class.</summary>
    /// <exception cref="ConfigurationException">There is no such class, or it is no configurator.</exception>
    public static MessageDispatcherConfigurator Make(string className, string id, Config config, IDispatcherPrerequisites prerequisites) =>
        FindsClasses
            ? Find(className, id, config, prerequisites)
            : throw new ConfigurationException(
                $"The type [{className}] of the dispatcher [{id}] cannot be found by its name in a trimmed program: register its configurator.");

    [RequiresUnreferencedCode("The class may have been trimmed.")]
    private static MessageDispatcherConfigurator Find(string className, string id, Config config, IDispatcherPrerequisites prerequisites)
    {
        if (Type.GetType(className) is not { } type)
            throw new ConfigurationException($"Could not resolve dispatcher type [{className}] for path [{id}]");
        return Activator.CreateInstance(type, config, prerequisites) as MessageDispatcherConfigurator
            ?? throw new ConfigurationException($"The type [{className}] of the dispatcher [{id}] is no configurator.");
    }
}
