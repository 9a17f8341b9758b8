using System.Net;
using Akka.Actor;
using Akka.IO;
using Netpoll.Bench.Servers.Hosting;

namespace Netpoll.Bench.Servers.AkkaIo;

/// <summary>Binds, and makes a handler for each connection.</summary>
internal sealed class AkkaIoListener : UntypedActor
{
    private readonly TaskCompletionSource<IPEndPoint> _bound;

    public AkkaIoListener(TaskCompletionSource<IPEndPoint> bound)
    {
        _bound = bound;
        Context.System.Tcp().Tell(new Tcp.Bind(Self, new IPEndPoint(IPAddress.Loopback, 0), Host.Backlog));
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Bound bound:
                _bound.SetResult((IPEndPoint)bound.LocalAddress);
                break;
            case Tcp.Connected:
                IActorRef connection = Sender;
                connection.Tell(new Tcp.Register(Context.ActorOf(Props.Create(() => new AkkaIoConnection(connection)))));
                break;
            case Tcp.CommandFailed failed:
                _bound.TrySetException(new InvalidOperationException($"{failed}"));
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
