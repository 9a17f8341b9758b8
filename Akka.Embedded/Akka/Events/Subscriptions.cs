using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Who wants which classes of events. Publishing looks the event's class up in a table that is never changed, only replaced: it
/// takes no lock and allocates nothing once a class is known.
/// </summary>
internal sealed class Subscriptions
{
    private readonly Lock _lock = new();
    private readonly List<Subscription> _all = [];
    private volatile Dictionary<Type, IActorRef[]> _byClass = [];

    public bool Add(IActorRef subscriber, Type channel)
    {
        lock (_lock)
        {
            if (_all.Exists(entry => entry.Channel == channel && entry.Subscriber.Equals(subscriber)))
                return false;
            _all.Add(new Subscription(subscriber, channel));
            _byClass = [];
            return true;
        }
    }

    public bool Remove(Predicate<Subscription> which)
    {
        lock (_lock)
        {
            if (_all.RemoveAll(which) == 0)
                return false;
            _byClass = [];
            return true;
        }
    }

    /// <summary>Takes a class out of the subscriptions that include it.</summary>
    /// <returns>False if none does.</returns>
    public bool Exclude(IActorRef subscriber, Type channel)
    {
        lock (_lock)
        {
            var wider = _all.FindAll(entry => entry.Channel.IsAssignableFrom(channel) && entry.Subscriber.Equals(subscriber));
            foreach (var entry in wider)
                entry.Excluded.Add(channel);
            _byClass = [];
            return wider.Count > 0;
        }
    }

    public IActorRef[] For(Type eventClass) => _byClass.TryGetValue(eventClass, out var subscribers) ? subscribers : Find(eventClass);

    private IActorRef[] Find(Type eventClass)
    {
        lock (_lock)
        {
            var found = new List<IActorRef>();
            foreach (var entry in _all)
            {
                if (entry.Wants(eventClass) && !found.Contains(entry.Subscriber))
                    found.Add(entry.Subscriber);
            }

            IActorRef[] subscribers = [.. found];
            _byClass = new Dictionary<Type, IActorRef[]>(_byClass) { [eventClass] = subscribers };
            return subscribers;
        }
    }

    /// <summary>What one actor wants: a class or interface, but for what it took back.</summary>
    public sealed class Subscription(IActorRef subscriber, Type channel)
    {
        public IActorRef Subscriber { get; } = subscriber;

        public Type Channel { get; } = channel;

        public HashSet<Type> Excluded { get; } = [];

        public bool Wants(Type eventClass) => Channel.IsAssignableFrom(eventClass) && !Excluded.Any(excluded => excluded.IsAssignableFrom(eventClass));
    }
}
