using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// A call on its way: the message from its caller to the connection, then an entry in the connection's row of calls, and its own time-out.
/// Ends exactly once: with an answer, a failure, its time-out or its cancellation.
/// </summary>
internal abstract class PendingCall : LoopTimer, INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    private int _isEnded;

    /// <summary>The next younger call on the connection. Loop thread.</summary>
    public PendingCall? Next { get; set; }

    /// <summary>The request's bytes: the caller's until told to the connection.</summary>
    public LinkBuffer Request { get; } = new();

    /// <summary>How long it may take from the moment that the connection has it; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>True once nobody waits for the answer any more: one that comes is dropped.</summary>
    public bool IsEnded => Volatile.Read(ref _isEnded) != 0;

    /// <summary>Ends the call with its answer, which is then the caller's; or drops the answer of a call that has ended.</summary>
    public void Answer(BufferSlice payload)
    {
        if (TryEnd())
        {
            OnAnswered(new Response(payload));
        }
        else
        {
            payload.Dispose();
        }
    }

    /// <summary>Ends the call without an answer. Any thread; does nothing to a call that has ended.</summary>
    public void Fail(Exception error)
    {
        if (TryEnd())
        {
            OnFailed(error);
        }
    }

    /// <summary>The connection that it was told to is gone.</summary>
    public void Release()
    {
        Request.Clear();
        Fail(new RpcConnectionException("The connection has ended.", reason: null));
    }

    protected override void OnDue() => Fail(new TimeoutException($"No answer within {Timeout}."));

    protected bool TryEnd() => Interlocked.Exchange(ref _isEnded, 1) == 0;

    protected abstract void OnAnswered(Response response);

    protected abstract void OnFailed(Exception error);
}

/// <summary>A call by Ask or Tell: the answer is a message.</summary>
internal sealed class AskedCall(IActorRef asker) : PendingCall
{
    protected override void OnAnswered(Response response) => asker.Tell(response, ActorRefs.NoSender);

    protected override void OnFailed(Exception error) => asker.Tell(new Status.Failure(error), ActorRefs.NoSender);
}

/// <summary>A call by <see cref="RpcChannel.CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>: the answer completes a task.</summary>
internal sealed class AwaitedCall : PendingCall
{
    // Continuations run on the thread pool: never on the loop, which they could hold.
    private readonly TaskCompletionSource<Response> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    public Task<Response> Result => _result.Task;

    public void CancelWith(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static (call, token) => ((AwaitedCall)call!).Cancel(token), this);
        }
    }

    protected override void OnAnswered(Response response)
    {
        _cancellation.Unregister();
        _result.SetResult(response);
    }

    protected override void OnFailed(Exception error)
    {
        _cancellation.Unregister();
        _result.SetException(error);
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (TryEnd())
        {
            _result.SetCanceled(cancellationToken);
        }
    }
}
