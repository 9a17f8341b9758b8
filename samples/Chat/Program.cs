using System.Runtime.InteropServices;
using Akka.Actor;
using Chat;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;

string address = args.Length > 0 ? args[0] : "tcp://127.0.0.1:7777";
using ActorSystem system = ActorSystem.Create("chat", "akka { loglevel = WARNING, stdout-loglevel = OFF }");
IActorRef hall = system.ActorOf(Props.Create<Hall>(), "hall");

ListenerOptions options = new()
{
    // Longer lines are not talk, but an attempt on the server's memory.
    MaxFrameBytes = 8 * 1024,

    // A guest's next line is read when the room has dealt with this one: whoever talks too fast waits, and so do his bytes, on his side.
    MaxInFlightPerConnection = 1,

    // A guest who listens too slowly: above so much unsent he misses lines (Guest.Print), after so long without taking any he is out.
    OutputHighWaterBytes = 64 * 1024,
    WriteTimeout = TimeSpan.FromSeconds(30),
};
IActorRef listener = system.ActorOf(
    Listener.Props(address, Codecs.Line(), HandlerSource.PerConnection(Props.Create<Guest>(hall)), options), "listener");
Bound bound = await listener.Ask<Bound>(GetBound.Instance);
Console.WriteLine($"listening on {bound.Address}");

TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await ended.Task;
await system.Terminate();

void End(PosixSignalContext signal) => signal.Cancel = ended.TrySetResult();
