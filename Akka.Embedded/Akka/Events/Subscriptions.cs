using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Who wants which classes of events. Publishing looks the event's class up in a table that is never changed, only replaced: it
/// takes no lock and allocates nothing once a class is known.
/// </summary>
internal sealed class Subscriptions
{
    private readonly Lock _lock = new();
    private readonly List<(IActorRef Subscriber, Type Channel)> _all = [];
    private volatile Dictionary<Type, IActorRef[]> _byClass = [];

    public bool Add(IActorRef subscriber, Type channel)
    {
        lock (_lock)
        {
            if (_all.Contains((subscriber, channel)))
                return false;
            _all.Add((subscriber, channel));
            _byClass = [];
            return true;
        }
    }

    public bool Remove(Predicate<(IActorRef Subscriber, Type Channel)> which)
    {
        lock (_lock)
        {
            if (_all.RemoveAll(which) == 0)
                return false;
            _byClass = [];
            return true;
        }
    }

    public IActorRef[] For(Type eventClass) => _byClass.TryGetValue(eventClass, out var subscribers) ? subscribers : Find(eventClass);

    private IActorRef[] Find(Type eventClass)
    {
        lock (_lock)
        {
            var found = new List<IActorRef>();
            foreach (var (subscriber, channel) in _all)
            {
                if (channel.IsAssignableFrom(eventClass) && !found.Contains(subscriber))
                    found.Add(subscriber);
            }

            IActorRef[] subscribers = [.. found];
            _byClass = new Dictionary<Type, IActorRef[]>(_byClass) { [eventClass] = subscribers };
            return subscribers;
        }
    }
}
