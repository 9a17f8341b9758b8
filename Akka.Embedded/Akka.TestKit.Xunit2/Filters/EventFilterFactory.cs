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
    private readonly IReadOnlyList<Predicate<object>> _filters;

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

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<Predicate<object>> filters)
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
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    /// <summary>Warnings.</summary>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    /// <summary>Information.</summary>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    /// <summary>Debug lines.</summary>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    /// <summary>Lines of a level.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="message">The whole text, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) =>
        With(logged => logged is LogEvent line && line.LogLevel() == logLevel && Fits(line, line.Message?.ToString(), message, start, contains, source));

    /// <summary>Errors with an exception.</summary>
    /// <typeparam name="TException">The exception, or a base of it.</typeparam>
    /// <param name="message">The exception's whole message, or null.</param>
    /// <param name="start">How it begins, or null.</param>
    /// <param name="contains">What it contains, or null.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Exception<TException>(string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => With(logged =>
            logged is Error { Cause: TException cause } line
            && (Fits(line, cause.Message, message, start, contains, source) || Fits(line, line.Message?.ToString(), message, start, contains, source)));

    /// <summary>Errors with an exception.</summary>
    /// <typeparam name="TException">The exception, or a base of it.</typeparam>
    /// <param name="pattern">What the exception's message must match.</param>
    /// <param name="source">Who says it, or null.</param>
    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception => With(logged =>
            logged is Error { Cause: TException cause } line && pattern.IsMatch(cause.Message) && Fits(line, null, null, null, null, source));

    /// <summary>Lines that fit.</summary>
    /// <param name="predicate">Whether one fits.</param>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Custom<LogEvent>(predicate);

    /// <summary>Lines of a class that fit.</summary>
    /// <typeparam name="TLogEvent">The class.</typeparam>
    /// <param name="predicate">Whether one fits.</param>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => With(logged => logged is TLogEvent line && predicate(line));

    /// <summary>Dead letters.</summary>
    public IEventFilterApplier DeadLetter() => With(static logged => logged is DeadLetter);

    /// <summary>Dead letters with a message of a type.</summary>
    /// <typeparam name="TMessage">The type.</typeparam>
    /// <param name="source">Whom it was for, or null.</param>
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter<TMessage>(static _ => true, source);

    /// <summary>Dead letters with a message of a type that fits.</summary>
    /// <typeparam name="TMessage">The type.</typeparam>
    /// <param name="isMatch">Whether it fits.</param>
    /// <param name="source">Whom it was for, or null.</param>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) => With(logged =>
        logged is DeadLetter { Message: TMessage message } letter && isMatch(message)
        && (source is null || letter.Recipient?.Path.ToString() == source || letter.Recipient?.Path.ToStringWithoutAddress() == source));

    private static bool Fits(LogEvent line, string? text, string? message, string? start, string? contains, string? source) =>
        (message is null || text == message)
        && (start is null || (text is not null && text.StartsWith(start, StringComparison.Ordinal)))
        && (contains is null || (text is not null && text.Contains(contains, StringComparison.Ordinal)))
        && (source is null || line.LogSource == source || line.LogSource.EndsWith(source, StringComparison.Ordinal));

    private EventFilterApplier With(Predicate<object> filter) => new(_testKit, _system, [.. _filters, filter]);
}
