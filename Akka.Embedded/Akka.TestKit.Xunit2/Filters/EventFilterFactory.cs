using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Makes event filters: what lines of the log, or dead letters, a test expects.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testKit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<LogFilter> _filters;

    /// <summary>For a test's own actor system.</summary>
    /// <param name="testkit">The test.</param>
    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit?.Sys!)
    {
    }

    /// <summary>For another actor system, whose logger must be the test event listener.</summary>
    /// <param name="testkit">The test.</param>
    /// <param name="system">The actor system.</param>
    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> filters)
    {
        _testKit = testkit;
        _system = system;
        _filters = filters;
    }

    /// <summary>Errors.</summary>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Lines<Error>(nameof(Error), TextMatcher.Message(message, start, contains), source);

    /// <summary>Warnings.</summary>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Lines<Warning>(nameof(Warning), TextMatcher.Message(message, start, contains), source);

    /// <summary>Information.</summary>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Lines<Info>(nameof(Info), TextMatcher.Message(message, start, contains), source);

    /// <summary>Debug lines.</summary>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Lines<Debug>(nameof(Debug), TextMatcher.Message(message, start, contains), source);

    /// <summary>Lines of a level.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) => logLevel switch
        {
            LogLevel.DebugLevel => Debug(message, start, contains, source),
            LogLevel.InfoLevel => Info(message, start, contains, source),
            LogLevel.WarningLevel => Warning(message, start, contains, source),
            LogLevel.ErrorLevel => Error(message, start, contains, source),
            _ => throw new ArgumentOutOfRangeException(nameof(logLevel), logLevel, "Unknown log level"),
        };

    /// <summary>Errors with an exception.</summary>
    /// <typeparam name="TException">The exception, or a base of it.</typeparam>
    /// <param name="message">The whole text of the line or of the exception, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Exception<TException>(string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => Exception<TException>(TextMatcher.Message(message, start, contains), source);

    /// <summary>Errors with an exception.</summary>
    /// <typeparam name="TException">The exception, or a base of it.</typeparam>
    /// <param name="pattern">What the text of the line or of the exception must match.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception => Exception<TException>(TextMatcher.Message(pattern), source);

    /// <summary>Lines that fit.</summary>
    /// <param name="predicate">Whether one fits.</param>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Custom<LogEvent>(predicate);

    /// <summary>Lines of a class that fit.</summary>
    /// <typeparam name="TLogEvent">The class.</typeparam>
    /// <param name="predicate">Whether one fits.</param>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => With($"custom {typeof(TLogEvent).Name}", logged => logged is TLogEvent line && predicate(line));

    /// <summary>Dead letters.</summary>
    public IEventFilterApplier DeadLetter() => DeadLetter<object>();

    /// <summary>Dead letters with a message of a type.</summary>
    /// <typeparam name="TMessage">The type.</typeparam>
    /// <param name="source">Whom it was for, or null.</param>
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter<TMessage>(static _ => true, source);

    /// <summary>Dead letters with a message of a type that fits.</summary>
    /// <typeparam name="TMessage">The type.</typeparam>
    /// <param name="isMatch">Whether it fits.</param>
    /// <param name="source">Whom it was for, or null.</param>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) => Lines<Warning>(
        $"DeadLetter with {typeof(TMessage).Name}",
        TextMatcher.Any,
        source,
        line => line.Message is DeadLetter { Message: TMessage message } && isMatch(message));

    private EventFilterApplier Exception<TException>(TextMatcher text, string? source)
        where TException : Exception =>
        Lines<Error>($"{nameof(Error)} with {typeof(TException).Name}", text, source, static line => line.Cause is TException);

    private EventFilterApplier Lines<TLogEvent>(string name, TextMatcher text, string? source, Predicate<TLogEvent>? predicate = null)
        where TLogEvent : LogEvent
    {
        var from = TextMatcher.Source(source);
        return With(
            $"{name}{text}{from}",
            logged => logged is TLogEvent line && (predicate is null || predicate(line)) && from.Fits(line.LogSource) && HasText(line, text));
    }

    // An error also has the text of its exception.
    private static bool HasText(LogEvent line, TextMatcher text) =>
        text.Fits(line.Message?.ToString() ?? "null") || (line is Error { Cause: { } cause } && text.Fits(cause.Message));

    private EventFilterApplier With(string name, Predicate<LogEvent> fits) => new(_testKit, _system, [.. _filters, new LogFilter(name, fits)]);
}
