using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Hosting.Logging;

/// <summary>The logger that passes an actor system's log on to the application's.</summary>
public class LoggerFactoryLogger : ActorBase
{
    private readonly ILogger<ActorSystem> _logger;

    internal LoggerFactoryLogger(ILoggerFactory loggerFactory)
    {
        _logger = loggerFactory.CreateLogger<ActorSystem>();
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        if (message is not LogEvent logEvent)
            return false;
        Log(logEvent, Sender.Path);
        return true;
    }

    /// <summary>Passes a line on.</summary>
    /// <param name="log">The line.</param>
    /// <param name="path">Who told it.</param>
    protected virtual void Log(LogEvent log, ActorPath path)
    {
        var level = LevelOf(log.LogLevel());
        if (_logger.IsEnabled(level))
            _logger.Log(level, default, new State(log, path), log.Cause, static (line, _) => line.ToString());
    }

    private static LogLevel LevelOf(Event.LogLevel level) => level switch
    {
        Event.LogLevel.DebugLevel => LogLevel.Debug,
        Event.LogLevel.InfoLevel => LogLevel.Information,
        Event.LogLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    /// <summary>A line as structured logging has it: the arguments by their names, and where the line comes from.</summary>
    private sealed class State : List<KeyValuePair<string, object?>>
    {
        private readonly LogEvent _line;

        public State(LogEvent line, ActorPath path)
        {
            _line = line;
            var message = line.Message as LogMessage;
            if (message is not null)
                AddRange(message.GetProperties());
            Add(new("ActorPath", path.ToString()));
            Add(new("Timestamp", new DateTimeOffset(line.Timestamp)));
            Add(new("Thread", line.Thread.ManagedThreadId));
            Add(new("LogSource", line.LogSource));
            Add(new("{OriginalFormat}", message?.Format ?? line.Message?.ToString() ?? string.Empty));
        }

        public override string ToString() => _line.ToString();
    }

    /// <summary>Makes the logger of one actor system.</summary>
    internal sealed class Producer(ILoggerFactory loggerFactory) : IIndirectActorProducer
    {
        public Type ActorType => typeof(LoggerFactoryLogger);

        public ActorBase Produce() => new LoggerFactoryLogger(loggerFactory);

        public void Release(ActorBase actor)
        {
            // The factory is the application's.
        }
    }
}
