// The code of docs/back-pressure.md. DocsSpec compares the two: change both.
using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Tests.Docs;

internal static class BackPressureSnippets
{
    public static ListenerOptions Limits()
    {
        // <doc>
        ListenerOptions options = new()
        {
            MaxFrameBytes = 1024 * 1024,
            MaxInFlightPerConnection = 64,
            MaxQueuedRequests = 10_000,
            WhenOverloaded = OverloadPolicy.Shed,
            OutputHighWaterBytes = 256 * 1024,
            WriteTimeout = TimeSpan.FromSeconds(30),
            Limits = new ListenerLimits
            {
                MaxConnections = 50_000,
                MaxConnectionsPerAddress = 100,
                AcceptsPerSecond = 5_000,
                OutputBudget = new OutputBudget(512 * 1024 * 1024),
            },
        };

        // </doc>
        return options;
    }
}

// <doc>
public sealed class TickerHandler : RequestHandler
{
    private bool _isWritable = true;

    protected override void OnRequest(Request request) => request.Complete();

    protected override void OnWritabilityChanged(ConnectionRef connection, bool isWritable) => _isWritable = isWritable;

    protected override void OnMessage(object message)
    {
        // A price that the peer cannot take now is old when it can.
        if (message is Price price && _isWritable)
        {
            price.Connection.Send(price.Bytes.Span);
        }
    }
}

public sealed record Price(ConnectionRef Connection, ReadOnlyMemory<byte> Bytes);

// </doc>
// <doc>
public sealed class UploadActor : ReceiveActor
{
    public UploadActor(ConnectionRef connection, IEnumerator<byte[]> chunks)
    {
        Receive<ChunkTaken>(_ => SendNext());
        Receive<SendFailed>(failed => Context.Stop(Self));
        SendNext();

        void SendNext()
        {
            if (chunks.MoveNext())
            {
                connection.Actor.Tell(new Send(chunks.Current, acknowledgement: ChunkTaken.Instance), Self);
            }
            else
            {
                Context.Stop(Self);
            }
        }
    }

    private sealed class ChunkTaken
    {
        public static ChunkTaken Instance { get; } = new();
    }
}

// </doc>
