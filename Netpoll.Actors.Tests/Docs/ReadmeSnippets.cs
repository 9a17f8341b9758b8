// The README's code, compiled and run. DocsSpec compares the two: change both.
using System.Buffers;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;

namespace Netpoll.Actors.Tests.Docs;

internal static class ReadmeSnippets
{
    public static async Task<(byte[] Asked, byte[] Called)> RunAsync()
    {
        // <doc>
        using ActorSystem system = ActorSystem.Create("echo");

        IActorRef listener = system.ActorOf(
            Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), HandlerSource.PerConnection(Props.Create<EchoHandler>())), "echo");
        Bound bound = await listener.Ask<Bound>(GetBound.Instance);

        // The actor way ...
        IActorRef client = system.ActorOf(RpcClient.Props(bound.Address, Codecs.LengthField()), "client");
        using Response reply = await client.Ask<Response>(new Call("hello"u8.ToArray()), TimeSpan.FromSeconds(10));

        // ... and the fast way.
        await using RpcChannel rpc = system.Netpoll().Rpc(bound.Address, Codecs.LengthField());
        using Response answer = await rpc.CallAsync("hello"u8, timeout: TimeSpan.FromSeconds(10));

        // </doc>
        return (reply.Payload.ToArray(), answer.Payload.ToArray());
    }
}

// <doc>
public sealed class EchoHandler : RequestHandler
{
    protected override void OnRequest(Request request) => request.Reply(request.Payload);
}

// </doc>
