using Akka.Dispatch;
using Netpoll.Poller.Loops;

namespace Netpoll.Actors.Dispatch;

/// <summary>
/// A dispatcher that is an event loop: mailboxes run on the loop's thread. An actor and its socket are then on one thread by
/// construction, a message between two of them costs no wake-up, and a message from elsewhere wakes the loop only if it is parked.
/// </summary>
internal sealed class PollerDispatcher(MessageDispatcherConfigurator configurator, string id, int throughput, EventLoop loop)
    : ResidentDispatcher(configurator, id, throughput)
{
    protected override void ExecuteTask(IRunnable run) => loop.Execute(run);
}
