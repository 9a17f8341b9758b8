namespace Netpoll.Actors.Rpc.Serving;

/// <summary>
/// How much of a stream its caller takes: the stream waits here when it has sent that much, and goes on when the caller has granted more. The stream
/// is one asynchronous method; grants come from any thread.
/// </summary>
internal sealed class StreamCredit(int window)
{
    private readonly Lock _lock = new();
    private ulong _granted = (ulong)window;
    private ulong _sent;
    private TaskCompletionSource? _waiting;

    /// <summary>An item was sent. The one that reaches the limit may go beyond it.</summary>
    /// <param name="bytes">Of its message.</param>
    public void Spend(long bytes)
    {
        lock (_lock)
        {
            _sent += (ulong)bytes;
        }
    }

    /// <summary>Ends when one more item may be sent.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_sent < _granted)
            {
                return Task.CompletedTask;
            }

            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The caller takes more.</summary>
    /// <param name="total">Counted from the stream's begin, so that it may be said twice, and less than before changes nothing.</param>
    public void Grant(ulong total)
    {
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            _granted = Math.Max(_granted, total);
            if (_sent < _granted)
            {
                (waiting, _waiting) = (_waiting, null);
            }
        }

        waiting?.SetResult();
    }
}
