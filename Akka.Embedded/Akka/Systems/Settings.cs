using Akka.Configuration;

namespace Akka.Actor;

/// <summary>What an actor system's configuration says of the engine itself.</summary>
public class Settings
{
    private readonly Config _own;
    private Config _fallback;

    internal Settings(ActorSystem system, Config config)
    {
        System = system;
        _own = config;
        _fallback = ConfigurationFactory.Default();
        Config = _own.WithFallback(_fallback);
        RefuseWhatOnlyAkkaHas();

        LogLevel = Config.GetString("akka.loglevel") ?? "INFO";
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel") ?? "WARNING";
        Loggers = Config.GetStringList("akka.loggers");
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start");
        LogDeadLetters = Config.GetString("akka.log-dead-letters") switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => Config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = Config.GetTimeSpan("akka.log-dead-letters-suspend-duration");
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy") ?? string.Empty;
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout");
        CreationTimeout = Config.GetTimeSpan("akka.actor.creation-timeout");
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle");
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream");
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled");
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
        {
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on and akka.coordinated-shutdown.terminate-actor-system=off is not a supported configuration combination.");
        }
    }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The whole configuration: the user's, then that of extensions, then the defaults.</summary>
    public Config Config { get; private set; }

    /// <summary><c>akka.loglevel</c>.</summary>
    public string LogLevel { get; }

    /// <summary><c>akka.stdout-loglevel</c>.</summary>
    public string StdoutLogLevel { get; }

    /// <summary><c>akka.loggers</c>.</summary>
    public IList<string> Loggers { get; }

    /// <summary><c>akka.log-config-on-start</c>.</summary>
    public bool LogConfigOnStart { get; }

    /// <summary><c>akka.log-dead-letters</c>: how many are logged; 0 for none.</summary>
    public int LogDeadLetters { get; }

    /// <summary><c>akka.log-dead-letters-during-shutdown</c>.</summary>
    public bool LogDeadLettersDuringShutdown { get; }

    /// <summary><c>akka.log-dead-letters-suspend-duration</c>.</summary>
    public TimeSpan LogDeadLettersSuspendDuration { get; }

    /// <summary><c>akka.actor.guardian-supervisor-strategy</c>.</summary>
    public string SupervisorStrategyClass { get; }

    /// <summary><c>akka.actor.ask-timeout</c>.</summary>
    public TimeSpan AskTimeout { get; }

    /// <summary><c>akka.actor.creation-timeout</c>.</summary>
    public TimeSpan CreationTimeout { get; }

    /// <summary><c>akka.actor.debug.autoreceive</c>.</summary>
    public bool DebugAutoReceive { get; }

    /// <summary><c>akka.actor.debug.lifecycle</c>.</summary>
    public bool DebugLifecycle { get; }

    /// <summary><c>akka.actor.debug.event-stream</c>.</summary>
    public bool DebugEventStream { get; }

    /// <summary><c>akka.actor.debug.unhandled</c>.</summary>
    public bool DebugUnhandledMessage { get; }

    /// <summary><c>akka.coordinated-shutdown.terminate-actor-system</c>.</summary>
    public bool CoordinatedShutdownTerminateActorSystem { get; }

    /// <summary><c>akka.coordinated-shutdown.run-by-actor-system-terminate</c>.</summary>
    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds an extension's own defaults below the user's configuration.</summary>
    /// <param name="config">The defaults.</param>
    public void InjectTopLevelFallback(Config config)
    {
        lock (_own)
        {
            _fallback = config.SafeWithFallback(_fallback)!;
            Config = _own.WithFallback(_fallback);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Config.ToString();

    // An actor system that starts and then is not what its configuration says would be worse than one that does not start.
    private void RefuseWhatOnlyAkkaHas()
    {
        if (Config.GetString("akka.actor.provider") is { } provider && provider is not "local" && !provider.StartsWith("Akka.Actor.LocalActorRefProvider", StringComparison.Ordinal))
            throw new ConfigurationException($"akka.actor.provider = \"{provider}\" is not known here: actors are local.");
        if (Config.GetStringList("akka.extensions").Count != 0)
            throw new ConfigurationException("akka.extensions are not loaded by name here: call ActorSystem.WithExtension.");
        if (Config.GetConfig("akka.actor.deployment") is { IsEmpty: false })
            throw new ConfigurationException("akka.actor.deployment is not known here: set the router, dispatcher or mailbox of the actor's Props.");
    }
}
