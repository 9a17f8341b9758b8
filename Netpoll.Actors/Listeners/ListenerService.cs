using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Listeners;

/// <summary>One listener in the system's shutdown: turns its steps into commands, and the listener's progress into their ends. Any thread.</summary>
internal sealed class ListenerService(IActorRef listener, TimeSpan drainTimeout) : IService
{
    private readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Complete when the addresses are free.</summary>
    public Task Unbound => _unbound.Task;

    /// <summary>The sockets of connections that have ended already.</summary>
    public LingeringSockets Lingering { get; } = new();

    public void MarkUnbound() => _unbound.TrySetResult();

    public void MarkDrained() => _drained.TrySetResult();

    /// <summary>The listener has ended. Its sockets are closed on their loops, which may be a moment later; those that linger, later still.</summary>
    public void MarkStopped()
    {
        _stopped.TrySetResult();
        MarkDrained();
    }

    /// <summary>Complete when the addresses are free and the last socket has been closed, or has had so long for it.</summary>
    public async Task SettledAsync(TimeSpan longest)
    {
        await _unbound.Task.ConfigureAwait(false);
        await Lingering.NoneAsync().WaitAsync(longest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task UnbindAsync()
    {
        Tell(Unbind.Instance);
        return _unbound.Task;
    }

    public async Task DrainAsync()
    {
        Tell(Drain.Instance);
        await _drained.Task.ConfigureAwait(false);
        if (_stopped.Task.IsCompleted)
        {
            // Nobody else waits for the sockets of a listener that has ended.
            await SettledAsync(drainTimeout).ConfigureAwait(false);
        }
    }

    public Task StopAsync()
    {
        Tell(PoisonPill.Instance);
        return Task.WhenAll(_stopped.Task, _unbound.Task);
    }

    // One that has ended is here only for its sockets.
    private void Tell(object command)
    {
        if (!_stopped.Task.IsCompleted)
        {
            listener.Tell(command, ActorRefs.Nobody);
        }
    }
}
