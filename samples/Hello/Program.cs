using System.Text;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;

string address = args is [string given] ? given : "tcp://127.0.0.1:7000";
using ActorSystem system = ActorSystem.Create("hello", "akka.stdout-loglevel = OFF, akka.loglevel = OFF");
IActorRef listener = system.ActorOf(
    Listener.Props(address, Codecs.Line(), HandlerSource.PerConnection(Props.Create<GreetingHandler>())), "listener");
Console.WriteLine($"listening on {(await listener.Ask<Bound>(GetBound.Instance)).Address}");
await system.WhenTerminated;

internal sealed class GreetingHandler : RequestHandler
{
    protected override void OnRequest(Request request) => request.Reply(Encoding.UTF8.GetBytes($"hello {Encoding.UTF8.GetString(request.Payload)}"));
}
