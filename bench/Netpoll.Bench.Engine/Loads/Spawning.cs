using Akka.Actor;

namespace Netpoll.Bench.Engine.Loads;

/// <summary>One actor makes children until all have started.</summary>
internal sealed class Spawning() : Load("spawn", "spawn", 100_000)
{
    private IActorRef _parent = ActorRefs.Nobody;

    public override Task PrepareAsync(ActorSystem system, int operations)
    {
        _parent = system.ActorOf(Props.Create<Parent>());
        return Task.CompletedTask;
    }

    public override Task RunAsync(int operations)
    {
        var done = new TaskCompletionSource();
        _parent.Tell(new Begin(operations, done));
        return done.Task;
    }

    public override Task CleanUpAsync() => _parent.GracefulStop(TimeSpan.FromMinutes(1));

    private sealed class Parent : UntypedActor
    {
        private Begin? _round;
        private int _left;

        protected override void OnReceive(object message)
        {
            if (message is Begin round)
            {
                _round = round;
                _left = round.Operations;
                Props child = Props.Create<Child>(Self);
                for (int i = 0; i < round.Operations; i++)
                {
                    Context.ActorOf(child);
                }
            }
            else if (--_left == 0)
            {
                _round!.Done.SetResult();
            }
        }
    }

    private sealed class Child(IActorRef parent) : UntypedActor
    {
        protected override void PreStart() => parent.Tell(Signal.Started, Self);

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
