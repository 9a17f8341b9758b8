using Akka.Actor;

namespace Akka.Event;

/// <summary>The class of who logs, if that is only text.</summary>
public class DummyClassForStringSources;

/// <summary>Makes logging adapters, and names levels.</summary>
public static class Logging
{
    internal static readonly LogLevel[] AllLogLevels = [LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel];

    // Above all levels: nothing is logged.
    internal const LogLevel Off = (LogLevel)int.MaxValue;

    /// <summary>An adapter that logs in the actor's name.</summary>
    /// <param name="context">The actor's context.</param>
    /// <param name="logMessageFormatter">Makes text of templates; null for the default.</param>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return GetLogger(context.System, context, logMessageFormatter);
    }

    /// <summary>An adapter that logs in anybody's name. Text and classes are followed by the actor system's address.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="logSourceObj">Who logs: text, a type, an actor's reference or context, or any object for its type.</param>
    /// <param name="logMessageFormatter">Makes text of templates; null for the default.</param>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        return GetLogger(system.EventStream, logSourceObj, $" ({system})", logMessageFormatter);
    }

    /// <summary>An adapter that logs in anybody's name.</summary>
    /// <param name="loggingBus">The event stream.</param>
    /// <param name="logSourceObj">Who logs: text, a type, an actor's reference or context, or any object for its type.</param>
    /// <param name="logMessageFormatter">Makes text of templates; null for the default.</param>
    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null) =>
        GetLogger(loggingBus, logSourceObj, string.Empty, logMessageFormatter);

    private static BusLogging GetLogger(LoggingBus bus, object logSourceObj, string address, ILogMessageFormatter? formatter)
    {
        ArgumentNullException.ThrowIfNull(logSourceObj);
        var (source, type) = logSourceObj switch
        {
            string text => (text + address, typeof(DummyClassForStringSources)),
            Type given => (SimpleName(given) + address, given),
            IActorRef actor => (actor.Path.ToString(), actor.GetType()),
            IActorContext context => (context.Self.Path.ToString(), context.Props.Type),
            _ => (SimpleName(logSourceObj) + address, logSourceObj.GetType()),
        };
        return new BusLogging(bus, source, type, formatter ?? SemanticLogMessageFormatter.Instance);
    }

    /// <summary>The level that the configuration calls by this name.</summary>
    /// <param name="logLevel">DEBUG, INFO, WARNING, ERROR or OFF, in any case.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static LogLevel LogLevelFor(string logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => Off,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\". Valid values are: \"debug\", \"info\", \"warning\", \"error\", \"off\"", nameof(logLevel)),
    };

    /// <summary>What the configuration calls a level.</summary>
    /// <param name="logLevel">The level.</param>
    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        _ => "OFF",
    };

    /// <summary>The class of events of a level.</summary>
    /// <param name="logLevel">The level.</param>
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException($"Unknown LogLevel {logLevel}", nameof(logLevel)),
    };

    /// <summary>The name of an object's class.</summary>
    /// <param name="o">The object.</param>
    public static string SimpleName(object o) => SimpleName(o.GetType());

    /// <summary>The name of a class.</summary>
    /// <param name="t">The class.</param>
    public static string SimpleName(Type t) => t.Name;
}
