// The code of docs/supervision.md. DocsSpec compares the two: change both.
using System.Text;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Tests.Docs;

internal static class SupervisionSnippets
{
    public static (HandlerSource Handlers, ListenerOptions Options) Strategies()
    {
        // <doc>
        OneForOneStrategy strategy = new(failure => failure switch
        {
            FormatException => Directive.Resume,             // this request is bad, the handler is not
            InvalidOperationException => Directive.Restart,  // its state may be: a fresh one on the same connection
            _ => Directive.Stop,                             // close the connection
        });
        HandlerSource handlers = HandlerSource.PerConnection(Props.Create<CountingHandler>(), strategy: strategy);

        // </doc>
        // <doc>
        ListenerOptions options = new() { FailureReply = failure => Encoding.UTF8.GetBytes($"error: {failure.Message}") };

        // </doc>
        return (handlers, options);
    }

    public static void Listen(ActorSystem system)
    {
        // <doc>
        IActorRef ends = system.ActorOf(Props.Create<EndsLog>(), "ends");
        system.EventStream.Subscribe(ends, typeof(ConnectionClosed));

        // </doc>
    }
}

// <doc>
public sealed class EndsLog : ReceiveActor
{
    public EndsLog() => Receive<ConnectionClosed>(end =>
        Context.System.Log.Info("{0}: {1} {2}", end.Connection.RemoteAddress, end.Reason, end.Error?.Message));
}

// </doc>
