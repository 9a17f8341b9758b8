using Akka.Configuration;
using Akka.Dispatch;

namespace Netpoll.Actors.Dispatch;

/// <summary>A dispatcher whose threads are not its own: they outlive its actors, and the extension ends them when the whole system has terminated.</summary>
internal abstract class ResidentDispatcher : MessageDispatcher
{
    protected ResidentDispatcher(MessageDispatcherConfigurator configurator, string id, int throughput)
        : base(configurator)
    {
        Id = id;
        Throughput = throughput;
    }

    // Called when no actor is left on it, which may only be for the moment.
    protected sealed override void Shutdown()
    {
    }
}

/// <summary>Gives out the one dispatcher that is registered under an id.</summary>
internal sealed class ResidentDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly ResidentDispatcher _dispatcher;

    /// <param name="prerequisites">The actor system's.</param>
    /// <param name="id">The dispatcher's id, for <c>Props.WithDispatcher</c>.</param>
    /// <param name="create">Makes the dispatcher. Called once, now.</param>
    public ResidentDispatcherConfigurator(
        IDispatcherPrerequisites prerequisites, string id, Func<MessageDispatcherConfigurator, ResidentDispatcher> create)
        : base(ConfigurationFactory.ParseString($"id = \"{id}\""), prerequisites) => _dispatcher = create(this);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
