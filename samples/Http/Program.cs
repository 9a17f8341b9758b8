using System.Runtime.InteropServices;
using Akka.Actor;
using HttpSample.Serving;
using Netpoll.Actors.Messages;

using ActorSystem system = ActorSystem.Create("http", "akka { loglevel = WARNING, stdout-loglevel = WARNING }");
IActorRef listener = system.ActorOf(HttpServer.Props(args is [string address] ? address : "tcp://127.0.0.1:8080"), "listener");
Bound bound = await listener.Ask<Bound>(GetBound.Instance);
Console.WriteLine($"listening on {bound.Address}");

TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await ended.Task;
await system.Terminate();

void End(PosixSignalContext signal) => signal.Cancel = ended.TrySetResult();
