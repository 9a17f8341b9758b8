using Akka.Actor;

namespace Netpoll.Bench.Engine.Loads;

/// <summary>One actor makes children a thousand at a time, stops them when all have started, and goes on when all have ended.</summary>
internal sealed class SpawningAndStopping() : Load("spawn-stop", "spawn and stop", 100_000)
{
    private const int Batch = 1000;

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
        private readonly IActorRef[] _children = new IActorRef[Batch];
        private Begin? _round;
        private int _batches;
        private int _left;

        protected override void OnReceive(object message)
        {
            if (message is Begin round)
            {
                _round = round;
                _batches = round.Operations / Batch;
                Spawn();
            }
            else if (--_left == 0)
            {
                Next(allStarted: ReferenceEquals(message, Signal.Started));
            }
        }

        private void Next(bool allStarted)
        {
            if (allStarted)
            {
                StopAll();
            }
            else if (--_batches > 0)
            {
                Spawn();
            }
            else
            {
                _round!.Done.SetResult();
            }
        }

        private void Spawn()
        {
            _left = Batch;
            Props child = Props.Create<Child>(Self);
            for (int i = 0; i < Batch; i++)
            {
                _children[i] = Context.ActorOf(child);
            }
        }

        private void StopAll()
        {
            _left = Batch;
            foreach (IActorRef child in _children)
            {
                Context.Stop(child);
            }
        }
    }

    private sealed class Child(IActorRef parent) : UntypedActor
    {
        protected override void PreStart() => parent.Tell(Signal.Started, Self);

        protected override void PostStop() => parent.Tell(Signal.Stopped, Self);

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
