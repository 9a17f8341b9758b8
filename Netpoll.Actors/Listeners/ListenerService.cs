using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors.Listeners;

/// <summary>One listener in the system's shutdown: turns its steps into commands, and the listener's progress into their ends. Any thread.</summary>
internal sealed class ListenerService(IActorRef listener) : IService
{
    private readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Complete when the addresses are free.</summary>
    public Task Unbound => _unbound.Task;

    public void MarkUnbound() => _unbound.TrySetResult();

    public void MarkDrained() => _drained.TrySetResult();

    /// <summary>The listener has ended. Its sockets are closed on their loops, which may be a moment later.</summary>
    public void MarkStopped()
    {
        MarkDrained();
        _stopped.TrySetResult();
    }

    public Task UnbindAsync()
    {
        listener.Tell(Unbind.Instance, ActorRefs.Nobody);
        return _unbound.Task;
    }

    public Task DrainAsync()
    {
        listener.Tell(Drain.Instance, ActorRefs.Nobody);
        return _drained.Task;
    }

    public Task StopAsync()
    {
        listener.Tell(PoisonPill.Instance, ActorRefs.Nobody);
        return Task.WhenAll(_stopped.Task, _unbound.Task);
    }
}
