using Akka.Actor;

namespace Netpoll.Bench.Engine.Loads;

/// <summary>Four actors tell one. Each waits for its last hundreds to be handled, as a sender with back-pressure does, so the queue stays short.</summary>
internal sealed class FanIn() : Load("fan-in", "Tell", 4_000_000)
{
    private const int Producers = 4;

    // A producer has at most two batches under way; the sink acknowledges each.
    private const int Batch = 100;

    private IActorRef _sink = ActorRefs.Nobody;
    private IActorRef[] _producers = [];

    public override Task PrepareAsync(ActorSystem system, int operations)
    {
        _sink = system.ActorOf(Props.Create<Sink>());
        _producers = [.. Enumerable.Range(0, Producers).Select(_ => system.ActorOf(Props.Create<Producer>(_sink)))];
        return Task.CompletedTask;
    }

    public override Task RunAsync(int operations)
    {
        TaskCompletionSource[] done = [.. _producers.Select(_ => new TaskCompletionSource())];
        for (int i = 0; i < Producers; i++)
        {
            _producers[i].Tell(new Begin(operations / Producers, done[i]));
        }

        return Task.WhenAll(done.Select(one => one.Task));
    }

    public override async Task CleanUpAsync()
    {
        foreach (IActorRef actor in (IActorRef[])[.. _producers, _sink])
        {
            await actor.GracefulStop(TimeSpan.FromMinutes(1));
        }
    }

    private sealed class Sink : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            // The last of a batch asks for an answer.
            if (ReferenceEquals(message, Signal.Released))
            {
                Sender.Tell(Signal.Acknowledged, Self);
            }
        }
    }

    private sealed class Producer(IActorRef sink) : UntypedActor
    {
        private Begin? _round;
        private int _toSend;
        private int _unacknowledged;

        protected override void OnReceive(object message)
        {
            if (message is Begin round)
            {
                _round = round;
                _toSend = round.Operations / Batch;
                SendBatch();
                SendBatch();
            }
            else
            {
                _unacknowledged--;
                SendBatch();
                if (_unacknowledged == 0)
                {
                    _round!.Done.SetResult();
                }
            }
        }

        private void SendBatch()
        {
            if (_toSend == 0)
            {
                return;
            }

            _toSend--;
            _unacknowledged++;
            for (int i = 1; i < Batch; i++)
            {
                sink.Tell(Signal.Tick, Self);
            }

            sink.Tell(Signal.Released, Self);
        }
    }
}
