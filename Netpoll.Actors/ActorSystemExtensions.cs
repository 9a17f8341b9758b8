using Akka.Actor;
using Netpoll.Actors.Pollers;

namespace Netpoll.Actors;

/// <summary>The way in.</summary>
public static class ActorSystemExtensions
{
    /// <summary>The system's pollers and dispatchers; started by the first call. Any thread.</summary>
    /// <exception cref="Akka.Configuration.ConfigurationException">A setting under <c>netpoll</c> is not allowed.</exception>
    public static NetpollExtension Netpoll(this ActorSystem system) => NetpollExtensionProvider.Instance.Apply(system);
}
