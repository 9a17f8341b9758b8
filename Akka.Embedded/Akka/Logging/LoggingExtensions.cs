namespace Akka.Event;

/// <summary>
/// Logging by level. Text and templates; the text of a template is made by the logger, so a line that nobody wants costs a comparison.
/// </summary>
public static class LoggingExtensions
{
    /// <summary>Logs a debug line.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The text.</param>
    public static void Debug(this ILoggingAdapter log, string format)
    {
        if (log.IsEnabled(LogLevel.DebugLevel))
            log.Log(LogLevel.DebugLevel, null, format);
    }

    /// <summary>Logs a debug line.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Debug(this ILoggingAdapter log, string format, params object?[] args) => log.Log(LogLevel.DebugLevel, null, format, args);

    /// <summary>Logs a debug line.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="cause">The exception.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => log.Log(LogLevel.DebugLevel, cause, format, args);

    /// <summary>Logs information.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The text.</param>
    public static void Info(this ILoggingAdapter log, string format)
    {
        if (log.IsEnabled(LogLevel.InfoLevel))
            log.Log(LogLevel.InfoLevel, null, format);
    }

    /// <summary>Logs information.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Info(this ILoggingAdapter log, string format, params object?[] args) => log.Log(LogLevel.InfoLevel, null, format, args);

    /// <summary>Logs information.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="cause">The exception.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Info(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => log.Log(LogLevel.InfoLevel, cause, format, args);

    /// <summary>Logs a warning.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The text.</param>
    public static void Warning(this ILoggingAdapter log, string format)
    {
        if (log.IsEnabled(LogLevel.WarningLevel))
            log.Log(LogLevel.WarningLevel, null, format);
    }

    /// <summary>Logs a warning.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Warning(this ILoggingAdapter log, string format, params object?[] args) => log.Log(LogLevel.WarningLevel, null, format, args);

    /// <summary>Logs a warning.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="cause">The exception.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => log.Log(LogLevel.WarningLevel, cause, format, args);

    /// <summary>Logs an error.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The text.</param>
    public static void Error(this ILoggingAdapter log, string format)
    {
        if (log.IsEnabled(LogLevel.ErrorLevel))
            log.Log(LogLevel.ErrorLevel, null, format);
    }

    /// <summary>Logs an error.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Error(this ILoggingAdapter log, string format, params object?[] args) => log.Log(LogLevel.ErrorLevel, null, format, args);

    /// <summary>Logs an error.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="cause">The exception.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Error(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) => log.Log(LogLevel.ErrorLevel, cause, format, args);

    /// <summary>Logs.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="level">The level.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Log(this ILoggingAdapter log, LogLevel level, string format, params object?[] args) => log.Log(level, null, format, args);

    /// <summary>Logs.</summary>
    /// <param name="log">The adapter.</param>
    /// <param name="level">The level.</param>
    /// <param name="cause">The exception, or null.</param>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    public static void Log(this ILoggingAdapter log, LogLevel level, Exception? cause, string format, params object?[] args)
    {
        if (!log.IsEnabled(level))
            return;
        if (args is null || args.Length == 0)
            log.Log(level, cause, format);
        else
            log.Log(level, cause, new DefaultLogMessage(log.Formatter, format, args));
    }
}
