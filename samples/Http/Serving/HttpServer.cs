using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;

namespace HttpSample.Serving;

/// <summary>A listener for raw bytes, and a handler for each connection.</summary>
internal static class HttpServer
{
    public static Props Props(string address) => Listener.Props(
        address,
        Codecs.Raw(),
        HandlerSource.PerConnection(Akka.Actor.Props.Create<HttpHandler>()),
        new ListenerOptions
        {
            // How long a connection waits for its next request, and how long a response for a peer that takes nothing. Arbitrary.
            IdleTimeout = TimeSpan.FromMinutes(1),
            WriteTimeout = TimeSpan.FromSeconds(30),
        });
}
