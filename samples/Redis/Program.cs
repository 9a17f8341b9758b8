using Akka.Actor;
using Netpoll.Actors.Messages;
using RedisSample.Serving;

using ActorSystem system = ActorSystem.Create("redis", "akka.loglevel = WARNING, akka.stdout-loglevel = WARNING");
IActorRef keyspace = system.ActorOf(Props.Create<KeyspaceActor>(), "keyspace");
IActorRef listener = system.ActorOf(RedisServer.Props(args is [string address] ? address : "tcp://127.0.0.1:6379", keyspace), "listener");
Bound bound = await listener.Ask<Bound>(GetBound.Instance);
Console.WriteLine($"listening on {bound.Address}; Ctrl+C ends it");

TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    enough.TrySetResult();
};
await enough.Task;
await system.Terminate();
