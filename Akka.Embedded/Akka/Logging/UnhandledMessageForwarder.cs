using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs every message that a behaviour did not handle, for <c>akka.actor.debug.unhandled</c>.</summary>
internal sealed class UnhandledMessageForwarder : ActorBase
{
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(UnhandledMessage));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override bool Receive(object message)
    {
        if (message is not UnhandledMessage unhandled)
            return false;
        var recipient = unhandled.Recipient;
        Context.System.EventStream.Publish(
            new Debug(recipient.Path.ToString(), recipient.GetType(), $"Unhandled message from {unhandled.Sender.Path} : {unhandled.Message}"));
        return true;
    }
}
