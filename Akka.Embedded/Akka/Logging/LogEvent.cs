using Akka.Actor;

namespace Akka.Event;

/// <summary>How much something matters.</summary>
public enum LogLevel
{
    /// <summary>For whoever looks for a fault.</summary>
    DebugLevel,

    /// <summary>What happens.</summary>
    InfoLevel,

    /// <summary>What should not happen often.</summary>
    WarningLevel,

    /// <summary>What should not happen.</summary>
    ErrorLevel,
}

/// <summary>A line of the log, as it is published on the event stream.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    private protected LogEvent(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <summary>The exception, or null.</summary>
    public Exception? Cause { get; protected set; }

    /// <summary>When, in UTC.</summary>
    public DateTime Timestamp { get; } = TimeProvider.System.GetUtcNow().UtcDateTime;

    /// <summary>On which thread.</summary>
    public Thread Thread { get; } = Thread.CurrentThread;

    /// <summary>Who says it, such as an actor's path.</summary>
    public string LogSource { get; protected set; }

    /// <summary>The class of who says it.</summary>
    public Type LogClass { get; protected set; }

    /// <summary>What it says: text, or a <see cref="LogMessage"/> that makes the text when somebody wants it.</summary>
    public object Message { get; protected set; }

    /// <summary>How much it matters.</summary>
    public abstract LogLevel LogLevel();

    /// <inheritdoc/>
    public override string ToString()
    {
        var level = LogLevel().StringFor();
        var text = $"[{level}][{Timestamp:MM/dd/yyyy HH:mm:ss.fffZ}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {Message}";
        return Cause is null ? text : $"{text}{Environment.NewLine}Cause: {Cause}";
    }
}

/// <summary>What should not happen.</summary>
/// <param name="cause">The exception, or null.</param>
/// <param name="logSource">Who says it.</param>
/// <param name="logClass">The class of who says it.</param>
/// <param name="message">What it says.</param>
public class Error(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}

/// <summary>What should not happen often.</summary>
/// <param name="cause">The exception, or null.</param>
/// <param name="logSource">Who says it.</param>
/// <param name="logClass">The class of who says it.</param>
/// <param name="message">What it says.</param>
public class Warning(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    /// <summary>Without an exception.</summary>
    /// <param name="logSource">Who says it.</param>
    /// <param name="logClass">The class of who says it.</param>
    /// <param name="message">What it says.</param>
    public Warning(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}

/// <summary>What happens.</summary>
/// <param name="cause">The exception, or null.</param>
/// <param name="logSource">Who says it.</param>
/// <param name="logClass">The class of who says it.</param>
/// <param name="message">What it says.</param>
public class Info(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    /// <summary>Without an exception.</summary>
    /// <param name="logSource">Who says it.</param>
    /// <param name="logClass">The class of who says it.</param>
    /// <param name="message">What it says.</param>
    public Info(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}

/// <summary>For whoever looks for a fault.</summary>
/// <param name="cause">The exception, or null.</param>
/// <param name="logSource">Who says it.</param>
/// <param name="logClass">The class of who says it.</param>
/// <param name="message">What it says.</param>
public class Debug(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    /// <summary>Without an exception.</summary>
    /// <param name="logSource">Who says it.</param>
    /// <param name="logClass">The class of who says it.</param>
    /// <param name="message">What it says.</param>
    public Debug(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}
