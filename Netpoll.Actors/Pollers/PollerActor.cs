using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Pollers;

/// <summary>
/// The actor that stands for one event loop, and lives on it. It is resident: a loop's dispatcher always has an inhabitant, so that no
/// engine takes it for unused. Its connections are not its children (they belong to their listener or client), so nothing that
/// happens to it can end one of them.
/// </summary>
internal sealed class PollerActor(PollerRef poller) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GetStats:
                Sender.Tell(new PollerStats(
                    poller.Index, poller.Loop.ChannelCount, poller.Loop.Backend, poller.Loop.GetStatistics(), poller.Loop.GetLoad()));
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
