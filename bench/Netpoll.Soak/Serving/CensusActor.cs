using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Netpoll.Soak.Serving;

/// <summary>Counts the connections' actors from their opening to their end.</summary>
internal sealed class CensusActor : UntypedActor
{
    private int _alive;

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ConnectionOpened));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectionOpened opened:
                _alive++;
                Context.Watch(opened.Connection.Actor);
                break;
            case Terminated:
                _alive--;
                break;
            case CountAlive:
                Sender.Tell(new Alive(_alive));
                break;
        }
    }

    /// <summary>Question: how many have not ended?</summary>
    internal sealed record CountAlive;

    /// <summary>The answer.</summary>
    internal sealed record Alive(int Count);
}
