using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Makes the dispatcher of one id.</summary>
public abstract class MessageDispatcherConfigurator
{
    /// <summary>For the dispatcher of this configuration.</summary>
    /// <param name="config">The part below the dispatcher's id.</param>
    /// <param name="prerequisites">What it may need of its actor system.</param>
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(prerequisites);
        Config = config;
        Prerequisites = prerequisites;
    }

    /// <summary>The part below the dispatcher's id.</summary>
    public Config Config { get; }

    /// <summary>What the dispatcher may need of its actor system.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>The dispatcher. Called for each actor: a dispatcher that is shared is made once.</summary>
    public abstract MessageDispatcher Dispatcher();
}
