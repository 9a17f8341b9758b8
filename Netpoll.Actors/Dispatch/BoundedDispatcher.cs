using Akka.Dispatch;

namespace Netpoll.Actors.Dispatch;

/// <summary>
/// A dispatcher with a fixed number of threads of its own, for handlers: they may compute or block without holding a loop, and however
/// many connections there are, no more than that many run at once. What netpoll's goroutine pool is to its handlers.
/// </summary>
internal sealed class BoundedDispatcher(MessageDispatcherConfigurator configurator, string id, int throughput, WorkerPool workers)
    : ResidentDispatcher(configurator, id, throughput)
{
    protected override void ExecuteTask(IRunnable run) => workers.Execute(run);
}
