using System.Collections.Concurrent;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>An event loop that runs, and keeps what its work items threw. It is stopped at the end.</summary>
internal sealed class TestLoop : IAsyncDisposable
{
    public TestLoop(EventLoopOptions? options = null, IPoller? poller = null)
    {
        options = (options ?? new EventLoopOptions()) with { OnWorkItemFailed = Failures.Enqueue };
        Loop = poller is null ? new EventLoop(options) : new EventLoop(options, _ => new ChosenPoller(poller, PollerBackend.Auto, null));
        Loop.Start();
    }

    public EventLoop Loop { get; }

    public ConcurrentQueue<Exception> Failures { get; } = new();

    /// <summary>Runs a function on the loop's thread; what it returns or throws.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Execute(() =>
        {
            try
            {
                result.SetResult(function());
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        });
        return result.Task.InTime();
    }

    /// <summary>Runs an action on the loop's thread.</summary>
    public Task RunAsync(Action action) => RunAsync(() =>
    {
        action();
        return true;
    });

    public async ValueTask DisposeAsync() => await Loop.StopAsync().InTime();
}
