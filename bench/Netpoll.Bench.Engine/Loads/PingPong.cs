using Akka.Actor;

namespace Netpoll.Bench.Engine.Loads;

/// <summary>One message goes back and forth between two actors: every Tell wakes a mailbox that was empty.</summary>
internal sealed class PingPong() : Load("ping-pong", "Tell", 2_000_000)
{
    private IActorRef _ping = ActorRefs.Nobody;
    private IActorRef _pong = ActorRefs.Nobody;

    public override Task PrepareAsync(ActorSystem system, int operations)
    {
        _pong = system.ActorOf(Props.Create<Pong>());
        _ping = system.ActorOf(Props.Create<Ping>(_pong));
        return Task.CompletedTask;
    }

    public override Task RunAsync(int operations)
    {
        var done = new TaskCompletionSource();
        _ping.Tell(new Begin(operations / 2, done));
        return done.Task;
    }

    public override async Task CleanUpAsync()
    {
        await _ping.GracefulStop(TimeSpan.FromMinutes(1));
        await _pong.GracefulStop(TimeSpan.FromMinutes(1));
    }

    private sealed class Pong : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Ping(IActorRef pong) : UntypedActor
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
                return;
            }

            pong.Tell(Signal.Tick, Self);
        }
    }
}
