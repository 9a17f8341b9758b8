namespace Akka.Event;

/// <summary>Logs in somebody's name. Any thread; what is logged is told to the loggers and printed by them.</summary>
public interface ILoggingAdapter
{
    /// <summary>Makes text of templates.</summary>
    ILogMessageFormatter Formatter { get; }

    /// <summary>Whether debug lines are wanted.</summary>
    bool IsDebugEnabled { get; }

    /// <summary>Whether information is wanted.</summary>
    bool IsInfoEnabled { get; }

    /// <summary>Whether warnings are wanted.</summary>
    bool IsWarningEnabled { get; }

    /// <summary>Whether errors are wanted.</summary>
    bool IsErrorEnabled { get; }

    /// <summary>Whether a level is wanted.</summary>
    /// <param name="logLevel">The level.</param>
    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs text.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="cause">An exception, or null.</param>
    /// <param name="format">The text.</param>
    void Log(LogLevel logLevel, Exception? cause, string format);

    /// <summary>Logs a template with its arguments.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="cause">An exception, or null.</param>
    /// <param name="message">The template.</param>
    void Log(LogLevel logLevel, Exception? cause, LogMessage message);
}

/// <summary>An adapter that logs nothing.</summary>
public sealed class NoLogger : ILoggingAdapter
{
    /// <summary>The only instance.</summary>
    public static readonly ILoggingAdapter Instance = new NoLogger();

    private NoLogger()
    {
    }

    /// <inheritdoc/>
    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

    /// <inheritdoc/>
    public bool IsDebugEnabled => false;

    /// <inheritdoc/>
    public bool IsInfoEnabled => false;

    /// <inheritdoc/>
    public bool IsWarningEnabled => false;

    /// <inheritdoc/>
    public bool IsErrorEnabled => false;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => false;

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, string format)
    {
    }

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, LogMessage message)
    {
    }
}
