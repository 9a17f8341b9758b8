using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Tells whatever is published to all actors that subscribed to its class, a base of it or an interface of it. Any thread.
/// Who ended is forgotten when it is next met.
/// </summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;

    /// <summary>A stream of its own.</summary>
    /// <param name="debug">Whether subscribing is itself published, as a <see cref="Event.Debug"/>.</param>
    public EventStream(bool debug)
    {
        _debug = debug;
    }

    /// <summary>Subscribes an actor.</summary>
    /// <param name="subscriber">The actor.</param>
    /// <param name="channel">The class or interface.</param>
    /// <returns>False if it was subscribed already.</returns>
    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        Log(subscriber, $"subscribing {subscriber} to channel {channel}");
        return base.Subscribe(subscriber, channel);
    }

    /// <summary>Takes a subscription back, or a class out of those to its bases and interfaces.</summary>
    /// <param name="subscriber">The actor.</param>
    /// <param name="channel">The class or interface.</param>
    /// <returns>False if there was none.</returns>
    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        Log(subscriber, $"unsubscribing {subscriber} from channel {channel}");
        return base.Unsubscribe(subscriber, channel);
    }

    /// <summary>Takes all subscriptions of an actor back.</summary>
    /// <param name="subscriber">The actor.</param>
    /// <returns>False if there was none.</returns>
    public override bool Unsubscribe(IActorRef subscriber)
    {
        Log(subscriber, $"unsubscribing {subscriber} from all channels");
        return base.Unsubscribe(subscriber);
    }

    private void Log(IActorRef subscriber, string message)
    {
        if (_debug)
            Publish(new Debug(nameof(EventStream), subscriber.GetType(), message));
    }
}

/// <summary>Subscribing by type argument.</summary>
public static class EventStreamExtensions
{
    /// <summary>Subscribes an actor.</summary>
    /// <typeparam name="TChannel">The class or interface.</typeparam>
    /// <param name="eventStream">The stream.</param>
    /// <param name="subscriber">The actor.</param>
    /// <returns>False if it was subscribed already.</returns>
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Subscribe(subscriber, typeof(TChannel));

    /// <summary>Takes a subscription back.</summary>
    /// <typeparam name="TChannel">The class or interface.</typeparam>
    /// <param name="eventStream">The stream.</param>
    /// <param name="subscriber">The actor.</param>
    /// <returns>False if there was none.</returns>
    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
