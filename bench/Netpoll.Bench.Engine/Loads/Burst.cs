using Akka.Actor;

namespace Netpoll.Bench.Engine.Loads;

/// <summary>Four threads tell one actor as fast as they can: the queue grows as long as the actor is slower than they.</summary>
internal sealed class Burst() : Load("burst", "Tell", 4_000_000)
{
    private const int Producers = 4;

    private IActorRef _sink = ActorRefs.Nobody;

    public override Task PrepareAsync(ActorSystem system, int operations)
    {
        _sink = system.ActorOf(Props.Create<Sink>());
        return Task.CompletedTask;
    }

    public override Task RunAsync(int operations)
    {
        var done = new TaskCompletionSource();
        _sink.Tell(new Begin(operations, done));
        for (int i = 0; i < Producers; i++)
        {
            new Thread(() => Produce(operations / Producers)).Start();
        }

        return done.Task;
    }

    public override Task CleanUpAsync() => _sink.GracefulStop(TimeSpan.FromMinutes(1));

    private void Produce(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _sink.Tell(Signal.Tick, ActorRefs.NoSender);
        }
    }

    private sealed class Sink : UntypedActor
    {
        private Begin? _round;
        private int _left;

        protected override void OnReceive(object message)
        {
            if (message is Begin round)
            {
                _round = round;
                _left = round.Operations;
            }
            else if (--_left == 0)
            {
                _round!.Done.SetResult();
            }
        }
    }
}
