namespace Netpoll.Actors.Connections;

/// <summary>How many sockets linger although their connections have ended, so that whoever ends the loops can wait for them. Any thread.</summary>
internal sealed class LingeringSockets
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;
    private int _count;

    public void Add()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    public void Remove()
    {
        lock (_lock)
        {
            if (--_count == 0)
            {
                _none?.SetResult();
                _none = null;
            }
        }
    }

    /// <summary>Complete when none lingers, for the first time from now on.</summary>
    public Task NoneAsync()
    {
        lock (_lock)
        {
            return _count == 0 ? Task.CompletedTask : (_none ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
