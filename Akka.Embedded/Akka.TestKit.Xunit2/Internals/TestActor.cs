using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>The actor of a test or a probe: it puts what it is told into a queue.</summary>
internal sealed class InternalTestActor(TestQueue queue) : ActorBase
{
    private Func<object, bool>? _ignore;
    private AutoPilot? _autoPilot;

    // A test sees a child that failed as it is, not another in its place.
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case SetIgnore ignore:
                _ignore = ignore.ShouldIgnore;
                Sender.Tell(Done.Instance, Self);
                return true;
            case SetAutoPilot pilot:
                _autoPilot = pilot.Pilot is KeepRunning ? _autoPilot : pilot.Pilot;
                return true;
            case WatchRequest watch:
                Context.Watch(watch.Subject);
                Sender.Tell(Done.Instance, Self);
                return true;
            case UnwatchRequest unwatch:
                Context.Unwatch(unwatch.Subject);
                Sender.Tell(Done.Instance, Self);
                return true;
            case SpawnRequest spawn:
                Sender.Tell(Context.ActorOf(spawn.Props, spawn.Name), Self);
                return true;
        }

        if (_autoPilot is { } current)
        {
            var next = current.Run(Sender, message);
            if (next is not KeepRunning)
                _autoPilot = next is NoAutoPilot ? null : next;
        }

        if (_ignore is null || !_ignore(message))
            queue.Add(new RealMessageEnvelope(message, Sender));
        return true;
    }

    internal sealed record SetIgnore(Func<object, bool>? ShouldIgnore) : INoSerializationVerificationNeeded;

    internal sealed record SetAutoPilot(AutoPilot Pilot) : INoSerializationVerificationNeeded;

    internal sealed record WatchRequest(IActorRef Subject) : INoSerializationVerificationNeeded;

    internal sealed record UnwatchRequest(IActorRef Subject) : INoSerializationVerificationNeeded;

    internal sealed record SpawnRequest(Props Props, string? Name) : INoSerializationVerificationNeeded;
}
