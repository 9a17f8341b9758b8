using Akka.Configuration;
using Akka.Dispatch;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Dispatch;

/// <summary>
/// A dispatcher that is an event loop: mailboxes run on the loop's thread. An actor and its socket are then on one thread by
/// construction, a message between two of them costs no wake-up, and a message from elsewhere wakes the loop only if it is parked.
/// </summary>
internal sealed class PollerDispatcher : MessageDispatcher
{
    private readonly EventLoop _loop;

    public PollerDispatcher(MessageDispatcherConfigurator configurator, string id, EventLoop loop, int throughput)
        : base(configurator)
    {
        _loop = loop;
        Id = id;
        Throughput = throughput;
    }

    protected override void ExecuteTask(IRunnable run) => _loop.Execute(run);

    // The loop outlives its actors: the extension stops it when the whole system has terminated.
    protected override void Shutdown()
    {
    }
}

/// <summary>Gives out the one dispatcher of one poller, under the id with which it is registered.</summary>
internal sealed class PollerDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly PollerDispatcher _dispatcher;

    public PollerDispatcherConfigurator(IDispatcherPrerequisites prerequisites, string id, EventLoop loop, int throughput)
        : base(ConfigurationFactory.ParseString($"id = \"{id}\""), prerequisites) =>
        _dispatcher = new PollerDispatcher(this, id, loop, throughput);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
