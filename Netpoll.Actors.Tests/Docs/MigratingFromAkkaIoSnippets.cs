// The code of docs/migrating-from-akka-io.md. DocsSpec compares the two: change both.
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;

namespace Netpoll.Actors.Tests.Docs;

internal static class MigratingFromAkkaIoSnippets
{
    public static IActorRef Echo(ActorSystem system)
    {
        // <doc>
        IActorRef listener = system.ActorOf(
            Listener.Props("tcp://0.0.0.0:9001", Codecs.Raw(), HandlerSource.PerConnection(Props.Create<EchoHandler>())), "echo");

        // </doc>
        return listener;
    }
}
