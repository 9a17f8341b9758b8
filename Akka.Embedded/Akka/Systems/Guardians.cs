using Akka.Event;

namespace Akka.Actor;

/// <summary>Asks a guardian to stop one of its children.</summary>
internal sealed class StopChild(IActorRef child) : INoSerializationVerificationNeeded
{
    public IActorRef Child { get; } = child;
}

/// <summary>/user, and what the other guardians have in common with it.</summary>
internal class GuardianActor : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case StopChild stop:
                Context.Stop(stop.Child);
                break;
            case Terminated:
                GuardianEnded();
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }

        return true;
    }

    // Guardians keep their children whatever happens to them.
    protected override void PreRestart(Exception reason, object? message)
    {
    }

    protected virtual void GuardianEnded()
    {
    }
}

/// <summary>/system: ends when /user is gone, so that what the system needs is there until the last actor of a user.</summary>
internal sealed class SystemGuardianActor(ActorSystemImpl system) : GuardianActor
{
    protected override void PreStart() => Context.Watch(system.Guardian);

    protected override void GuardianEnded()
    {
        system.StopLoggers();
        Context.Stop(Self);
    }
}

/// <summary>The root: ends when /system is gone.</summary>
internal sealed class RootGuardianActor(ActorSystemImpl system) : GuardianActor
{
    protected override void PreStart() => Context.Watch(system.SystemGuardian);

    protected override void GuardianEnded() => Context.Stop(Self);
}

/// <summary>The reference of the root. It also knows the dead letters by name.</summary>
internal sealed class RootGuardianActorRef(
    ActorSystemImpl system, Props props, Placement placement, IInternalActorRef parent, ActorPath path)
    : LocalActorRef(system, props, placement, parent, path)
{
    public override IInternalActorRef GetSingleChild(string name) =>
        name == "deadLetters" ? SystemImpl.DeadLetterMailbox : base.GetSingleChild(name);
}

/// <summary>Who supervises the root: when the root is gone, so is the system.</summary>
internal sealed class AboveRootActorRef(ActorSystemImpl system, ActorPath root) : MinimalActorRef(system)
{
    public override ActorPath Path { get; } = root / "above";

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case DeathWatchNotification:
                SystemImpl.RootEnded();
                break;
            case Failed failed:
                SystemImpl.Log.Error(failed.Cause, "The root guardian failed");
                failed.Child.Stop();
                break;
        }
    }
}

/// <summary>An actor that ignores what it is told.</summary>
internal sealed class IgnoringActorRef(ActorSystemImpl system, ActorPath path) : MinimalActorRef(system)
{
    public override ActorPath Path { get; } = path;
}
