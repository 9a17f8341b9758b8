using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using RedisSample.Protocol;

namespace RedisSample.Serving;

/// <summary>A listener, a handler for each connection, and one keyspace for all.</summary>
internal static class RedisServer
{
    /// <summary>The longest command in bytes. Arbitrary.</summary>
    public const int MaxCommandBytes = 1024 * 1024;

    public static Props Props(string address, IActorRef keyspace) => Listener.Props(
        address,
        RespCodec.Instance,
        HandlerSource.PerConnection(Akka.Actor.Props.Create<RedisHandler>(keyspace)),
        new ListenerOptions { MaxFrameBytes = MaxCommandBytes, MaxInFlightPerConnection = 1024 });
}
