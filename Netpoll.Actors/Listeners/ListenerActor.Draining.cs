using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Listeners;

/// <summary>How a listener ends in good order: it accepts no more, and waits for its connections to finish and their sockets to be closed, for so long.</summary>
internal sealed partial class ListenerActor
{
    private readonly HashSet<IActorRef> _draining = [];
    private readonly List<IActorRef> _waitingForDrained = [];
    private bool _isDraining;
    private int _unfinished;
    private long _drainBegun;
    private Task<Drained>? _drained;
    private ICancelable? _drainDeadline;

    private void BeginDrain(IActorRef asker)
    {
        BecomeUnbound();
        _waitingForDrained.Add(asker);
        if (!_isDraining)
        {
            _isDraining = true;
            _drainBegun = Stopwatch.GetTimestamp();
            foreach (IActorRef connection in Context.GetChildren().Where(IsConnection))
            {
                _draining.Add(connection);
                Context.Watch(connection);
                connection.Tell(DrainConnection.Instance, Self);
            }

            _drainDeadline = Context.System.Scheduler.ScheduleTellOnceCancelable(options.DrainTimeout, Self, DrainExpired.Instance, Self);
        }

        FinishDrain();
    }

    private static bool IsConnection(IActorRef child) => child.Path.Name.StartsWith(ConnectionPrefix, StringComparison.Ordinal);

    private void OnDrained(IActorRef connection)
    {
        _draining.Remove(connection);
        FinishDrain();
    }

    private void EndUnfinished()
    {
        _unfinished = _draining.Count;
        if (_unfinished > 0)
        {
            _log.Warning("{0} connections of {1} had not finished after {2}, and are ended", _unfinished, Names, options.DrainTimeout);
        }

        foreach (IActorRef connection in _draining)
        {
            Context.Stop(connection);
        }
    }

    private void FinishDrain()
    {
        if (_draining.Count > 0)
        {
            return;
        }

        _drainDeadline?.Cancel();
        _drained ??= SettleAsync(new Drained(_unfinished));
        foreach (IActorRef waiting in _waitingForDrained)
        {
            _drained.PipeTo(waiting, Self);
        }

        _waitingForDrained.Clear();
    }

    // The connections may be gone before the addresses are free, and before their peers have closed too.
    private async Task<Drained> SettleAsync(Drained drained)
    {
        TimeSpan left = options.DrainTimeout - Stopwatch.GetElapsedTime(_drainBegun);
        await _service.SettledAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
        _service.MarkDrained();
        return drained;
    }

    private sealed class DrainExpired : INoSerializationVerificationNeeded
    {
        public static DrainExpired Instance { get; } = new();
    }
}
