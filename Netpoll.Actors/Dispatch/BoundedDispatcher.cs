using Akka.Configuration;
using Akka.Dispatch;

namespace Netpoll.Actors.Dispatch;

/// <summary>
/// A dispatcher with a fixed number of threads of its own, for handlers: they may compute or block without holding a loop, and however
/// many connections there are, no more than that many run at once. What netpoll's goroutine pool is to its handlers.
/// </summary>
internal sealed class BoundedDispatcher : MessageDispatcher
{
    private readonly WorkerPool _workers;

    public BoundedDispatcher(MessageDispatcherConfigurator configurator, string id, WorkerPool workers, int throughput)
        : base(configurator)
    {
        _workers = workers;
        Id = id;
        Throughput = throughput;
    }

    protected override void ExecuteTask(IRunnable run) => _workers.Execute(run);

    // The threads outlive the actors: the extension stops them when the whole system has terminated.
    protected override void Shutdown()
    {
    }
}

/// <summary>Gives out the one bounded dispatcher, under the id with which it is registered.</summary>
internal sealed class BoundedDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly BoundedDispatcher _dispatcher;

    public BoundedDispatcherConfigurator(IDispatcherPrerequisites prerequisites, string id, WorkerPool workers, int throughput)
        : base(ConfigurationFactory.ParseString($"id = \"{id}\""), prerequisites) =>
        _dispatcher = new BoundedDispatcher(this, id, workers, throughput);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
