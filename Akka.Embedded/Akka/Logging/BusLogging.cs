namespace Akka.Event;

/// <summary>The adapter that publishes on the event stream.</summary>
/// <param name="bus">The event stream.</param>
/// <param name="logSource">Who logs.</param>
/// <param name="logClass">The class of who logs.</param>
/// <param name="logMessageFormatter">Makes text of templates.</param>
public sealed class BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter logMessageFormatter) : ILoggingAdapter
{
    /// <summary>The event stream.</summary>
    public LoggingBus Bus { get; } = bus;

    /// <summary>Who logs.</summary>
    public string LogSource { get; } = logSource;

    /// <summary>The class of who logs.</summary>
    public Type LogClass { get; } = logClass;

    /// <inheritdoc/>
    public ILogMessageFormatter Formatter { get; } = logMessageFormatter;

    /// <inheritdoc/>
    public bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);

    /// <inheritdoc/>
    public bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);

    /// <inheritdoc/>
    public bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);

    /// <inheritdoc/>
    public bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => Bus.LogLevel <= logLevel;

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, string format) => Publish(logLevel, cause, format);

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, LogMessage message) => Publish(logLevel, cause, message);

    private void Publish(LogLevel logLevel, Exception? cause, object message)
    {
        if (!IsEnabled(logLevel))
            return;

        LogEvent logged = logLevel switch
        {
            LogLevel.DebugLevel => new Debug(cause, LogSource, LogClass, message),
            LogLevel.InfoLevel => new Info(cause, LogSource, LogClass, message),
            LogLevel.WarningLevel => new Warning(cause, LogSource, LogClass, message),
            _ => new Error(cause, LogSource, LogClass, message),
        };
        Bus.Publish(logged);
    }
}
