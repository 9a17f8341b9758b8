using System.Globalization;
using Akka.Actor;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Handlers;

/// <summary>A fixed number of handlers, children of the listener.</summary>
internal sealed class SharedPoolHandlers : HandlerSource
{
    private readonly Props _props;
    private readonly int _count;
    private readonly HandlerScheduling _scheduling;

    public SharedPoolHandlers(Props props, int count, HandlerScheduling scheduling)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_props, _count, _scheduling) = (props, count, scheduling);
    }

    internal override IHandlerBinder Prepare(IUntypedActorContext listener, NetpollExtension netpoll)
    {
        // Serial handlers belong to a loop, so each poller gets its own.
        PollerRef[] groups = [.. _scheduling == HandlerScheduling.Serial ? netpoll.Pollers : netpoll.Pollers.Take(1)];
        IActorRef[][] handlers = new IActorRef[groups.Length][];
        for (int group = 0; group < groups.Length; group++)
        {
            Props props = _props.WithDispatcher(DispatcherFor(_scheduling, groups[group]));
            handlers[group] = new IActorRef[_count];
            for (int i = 0; i < _count; i++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"handler-{(group * _count) + i}");
                handlers[group][i] = listener.ActorOf(props, name);
            }
        }

        return new Binder(handlers);
    }

    private sealed class Binder(IActorRef[][] handlers) : IHandlerBinder
    {
        private int _next = -1;

        public IActorRef Bind(IUntypedActorContext connection, PollerRef poller, out bool isOwned)
        {
            isOwned = false;
            IActorRef[] group = handlers[poller.Index % handlers.Length];
            return group[(int)((uint)Interlocked.Increment(ref _next) % (uint)group.Length)];
        }
    }
}
