using Akka.Actor;
using Akka.IO;
using Netpoll.Bench.Servers.Frames;

namespace Netpoll.Bench.Servers.AkkaIo;

/// <summary>One connection's handler: gathers bytes and answers all whole frames with one write.</summary>
internal sealed class AkkaIoConnection(IActorRef connection) : UntypedActor
{
    private ByteString _input = ByteString.Empty;

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Received received:
                _input = _input.Concat(received.Data);
                Answer();
                break;
            case Tcp.ConnectionClosed:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Answer()
    {
        byte[] bytes = _input.ToArray();
        int whole = FrameScanner.WholeBytes(bytes, out _);
        if (whole > 0)
        {
            // A copy of its own already: the response is not the request's buffer.
            connection.Tell(Tcp.Write.Create(ByteString.FromBytes(bytes, 0, whole)));
            _input = whole == bytes.Length ? ByteString.Empty : ByteString.CopyFrom(bytes, whole, bytes.Length - whole);
        }
    }
}
