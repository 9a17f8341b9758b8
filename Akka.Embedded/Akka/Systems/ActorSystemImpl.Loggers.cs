using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <content>Loggers. A class cannot be found by its name in a trimmed program, so the names that are known are a table.</content>
internal sealed partial class ActorSystemImpl
{
    private static readonly Dictionary<string, Func<ActorSystemImpl, IActorRef>> s_loggers = new()
    {
        ["Akka.Event.DefaultLogger"] = static system => system.SystemActorOf<DefaultLogger>($"log{system._loggers.Count + 1}-DefaultLogger"),
        ["Akka.Event.StandardOutLogger"] = static system => system.SystemActorOf<DefaultLogger>($"log{system._loggers.Count + 1}-DefaultLogger"),
    };

    private readonly List<IActorRef> _loggers = [];
    private IActorRef? _deadLetterListener;

    /// <summary>Makes a logger known by its class's name. For the test kit.</summary>
    public static void KnowLogger(string name, Func<ActorSystemImpl, IActorRef> make)
    {
        lock (s_loggers)
            s_loggers[name] = make;
    }

    /// <summary>The loggers of this system.</summary>
    public IReadOnlyList<IActorRef> Loggers
    {
        get
        {
            lock (_loggers)
                return [.. _loggers];
        }
    }

    private void StartLoggers()
    {
        foreach (var name in Settings.Loggers)
        {
            Func<ActorSystemImpl, IActorRef>? make;
            lock (s_loggers)
            {
                if (!s_loggers.TryGetValue(name.Split(',')[0].Trim(), out make))
                    throw new ConfigurationException($"The logger [{name}] is not known here.");
            }

            AddLogger(make(this));
        }

        if (Settings.LogDeadLetters > 0)
            _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");
        if (Settings.DebugUnhandledMessage)
            SystemActorOf<UnhandledMessageForwarder>("UnhandledMessageForwarder");
    }

    /// <summary>Has a logger told of what is logged, until the system ends.</summary>
    public void AddLogger(IActorRef logger)
    {
        lock (_loggers)
            _loggers.Add(logger);
        EventStream.AddLogger(logger);
    }

    /// <summary>Called when all actors of users are gone: what is logged from here on nobody prints.</summary>
    public void StopLoggers()
    {
        lock (_loggers)
        {
            foreach (var logger in _loggers)
                EventStream.RemoveLogger(logger);
        }
    }

    private void StopDeadLetterListener()
    {
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is { } listener)
            Stop(listener);
    }
}
