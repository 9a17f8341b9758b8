using Akka.Actor;

namespace Netpoll.Actors.Hosting;

/// <summary>The listeners of one actor system that hosting has started, for the health check. Any thread.</summary>
internal sealed class HostedListeners : IExtension
{
    private readonly Lock _gate = new();
    private readonly List<(string Name, IActorRef Listener)> _all = [];

    public static HostedListeners Of(ActorSystem system) => Provider.Instance.Apply(system);

    public IReadOnlyList<(string Name, IActorRef Listener)> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    public void Add(string name, IActorRef listener)
    {
        lock (_gate)
        {
            _all.Add((name, listener));
        }
    }

    private sealed class Provider : ExtensionIdProvider<HostedListeners>
    {
        public static Provider Instance { get; } = new();

        public override HostedListeners CreateExtension(ExtendedActorSystem system) => new();
    }
}
