using Akka.Actor;

namespace Akka.Event;

/// <summary>The part of the event stream that logging needs: subscribers by class, and the log level.</summary>
public class LoggingBus
{
    private readonly Subscriptions _subscriptions = new();
    private readonly List<IActorRef> _loggers = [];
    private volatile LogLevel _logLevel = LogLevel.InfoLevel;

    /// <summary>What is logged: this level and those above it.</summary>
    public LogLevel LogLevel => _logLevel;

    /// <summary>Publishes an event to all who subscribed to its class, in the name of the actor whose code is running.</summary>
    /// <param name="event">The event; not null.</param>
    public virtual void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        foreach (var subscriber in _subscriptions.For(@event.GetType()))
        {
            if (subscriber is IInternalActorRef { IsTerminated: true })
                _subscriptions.Remove(entry => entry.Subscriber.Equals(subscriber));
            else
                subscriber.Tell(@event);
        }
    }

    /// <summary>Subscribes an actor.</summary>
    /// <param name="subscriber">The actor.</param>
    /// <param name="channel">The class or interface.</param>
    /// <returns>False if it was subscribed already.</returns>
    public virtual bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        return _subscriptions.Add(subscriber, channel);
    }

    /// <summary>Takes a subscription back, or a class out of those to its bases and interfaces.</summary>
    /// <param name="subscriber">The actor.</param>
    /// <param name="channel">The class or interface.</param>
    /// <returns>False if there was none.</returns>
    public virtual bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        return _subscriptions.Remove(entry => entry.Channel == channel && entry.Subscriber.Equals(subscriber))
            || _subscriptions.Exclude(subscriber, channel);
    }

    /// <summary>Takes all subscriptions of an actor back.</summary>
    /// <param name="subscriber">The actor.</param>
    /// <returns>False if there was none.</returns>
    public virtual bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        return _subscriptions.Remove(entry => entry.Subscriber.Equals(subscriber));
    }

    /// <summary>Changes what is logged.</summary>
    /// <param name="logLevel">This level and those above it.</param>
    public void SetLogLevel(LogLevel logLevel)
    {
        lock (_loggers)
        {
            _logLevel = logLevel;
            foreach (var logger in _loggers)
                SubscribeLogger(logger, logLevel);
        }
    }

    /// <summary>Has a logger told of what is logged.</summary>
    internal void AddLogger(IActorRef logger)
    {
        lock (_loggers)
        {
            _loggers.Add(logger);
            SubscribeLogger(logger, _logLevel);
        }
    }

    internal void RemoveLogger(IActorRef logger)
    {
        lock (_loggers)
        {
            _loggers.Remove(logger);
            _subscriptions.Remove(entry => entry.Subscriber.Equals(logger) && typeof(LogEvent).IsAssignableFrom(entry.Channel));
        }
    }

    private void SubscribeLogger(IActorRef logger, LogLevel logLevel)
    {
        foreach (var level in Logging.AllLogLevels)
        {
            if (level >= logLevel)
                _subscriptions.Add(logger, level.ClassFor());
            else
                _subscriptions.Remove(entry => entry.Subscriber.Equals(logger) && entry.Channel == level.ClassFor());
        }
    }
}
