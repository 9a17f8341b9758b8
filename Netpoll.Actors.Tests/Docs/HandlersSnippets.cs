// The code of docs/handlers.md. DocsSpec compares the two: change both.
using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Tests.Docs;

internal static class HandlersSnippets
{
    public static HandlerSource[] Sources(IActorRef store)
    {
        // <doc>
        HandlerSource own = HandlerSource.PerConnection(Props.Create<CountingHandler>());
        HandlerSource onTheLoop = HandlerSource.PerConnection(Props.Create<CountingHandler>(), HandlerScheduling.Serial);
        HandlerSource pool = HandlerSource.SharedPool(Props.Create<LookUpHandler>(store), count: 4);

        // </doc>
        return [own, onTheLoop, pool];
    }
}

// <doc>
public sealed class CountingHandler : RequestHandler
{
    private long _requests;

    protected override void OnConnected(ConnectionRef connection) => connection.Send("hello"u8);

    protected override void OnRequest(Request request) => request.Reply(Encoding.ASCII.GetBytes($"{++_requests}"));

    protected override void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error) =>
        Context.System.Log.Info("{0} ended after {1} requests: {2}", connection, _requests, reason);
}

// </doc>
// <doc>
public sealed class LookUpHandler(IActorRef store) : RequestHandler
{
    protected override void OnRequest(Request request)
    {
        string key = Encoding.UTF8.GetString(request.Payload);
        _ = AnswerAsync(request, key);
    }

    private async Task AnswerAsync(Request request, string key)
    {
        try
        {
            request.Reply(await store.Ask<byte[]>(key, TimeSpan.FromSeconds(1)));
        }
        catch (AskTimeoutException late)
        {
            request.Fail(late);
        }
    }
}

// </doc>
// <doc>
public sealed class KnownPeersHandler(IActorRef directory) : RequestHandler
{
    protected override void OnConnected(ConnectionRef connection) => Handshake(async () =>
    {
        if (!await directory.Ask<bool>(connection.RemoteAddress, TimeSpan.FromSeconds(1)))
        {
            connection.Close();
        }
    });

    protected override void OnRequest(Request request) => request.Reply(request.Payload);
}

// </doc>
// <doc>
public sealed class LinesHandler : PipeHandler
{
    protected override async Task RunAsync(ConnectionRef connection, IDuplexPipe pipe)
    {
        while (true)
        {
            ReadResult read = await pipe.Input.ReadAsync();
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                pipe.Output.Write(Encoding.ASCII.GetBytes($"{rest.Slice(0, end).Length} bytes\n"));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            // Nothing of an incomplete line is consumed, but all of it was looked at.
            pipe.Input.AdvanceTo(rest.Start, rest.End);
            FlushResult flush = await pipe.Output.FlushAsync();
            if (read.IsCompleted || flush.IsCompleted)
            {
                return;
            }
        }
    }
}

// </doc>
