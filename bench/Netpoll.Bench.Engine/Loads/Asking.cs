using Akka.Actor;

namespace Netpoll.Bench.Engine.Loads;

/// <summary>One question after the other, each with a time-out.</summary>
internal sealed class Asking() : Load("ask", "Ask", 300_000)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(1);

    private IActorRef _oracle = ActorRefs.Nobody;

    public override Task PrepareAsync(ActorSystem system, int operations)
    {
        _oracle = system.ActorOf(Props.Create<Oracle>());
        return Task.CompletedTask;
    }

    public override async Task RunAsync(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            await _oracle.Ask<Signal>(Signal.Tick, s_timeout);
        }
    }

    public override Task CleanUpAsync() => _oracle.GracefulStop(TimeSpan.FromMinutes(1));

    private sealed class Oracle : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
