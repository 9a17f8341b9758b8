using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>What a typed call allocates, besides what its serializer does. The whole process is measured, so the server is one that allocates nothing either.</summary>
[Collection(Alone.Name)]
public sealed class RpcCallAllocationSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int Calls = 20_000;

    private readonly ITestOutputHelper _output = output;

    [SkippableTheory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 16)]
    [InlineData(true, 16)]
    public async Task A_typed_call_allocates_nothing(bool isPool, int callers)
    {
        Allocation.SkipInDebug();
        double bytes = await MeasureAsync(
            Listener.Props("tcp://127.0.0.1:0", RpcCodec.Server, HandlerSource.PerConnection(Props.Create<EchoHandler>(), HandlerScheduling.Serial), new ListenerOptions
            {
                AnswersInOrder = false,
            }),
            isPool,
            callers);
        _output.WriteLine($"{bytes:F3} bytes a call");
        Assert.True(bytes < 2, $"{bytes:F2} bytes a call");
    }

    [SkippableFact]
    public async Task A_served_call_allocates_what_its_method_sees_of_it_and_nothing_else()
    {
        Allocation.SkipInDebug();
        RpcService service = new RpcServiceBuilder(LongSerializer.Instance).Unary<long, long>("echo", (number, _) => new(number)).Build();
        double bytes = await MeasureAsync(
            RpcServer.Props("tcp://127.0.0.1:0", service, HandlerSource.PerConnection(RpcServer.Handler(service), HandlerScheduling.Serial)), isPool: false, callers: 1);
        _output.WriteLine($"{bytes:F3} bytes a call");

        // The RpcCall, which its method may keep, and its lock.
        Assert.True(bytes < 256, $"{bytes:F2} bytes a call");
    }

    private async Task<double> MeasureAsync(Props listener, bool isPool, int callers)
    {
        Bound bound = await Sys.ActorOf(listener).Ask<Bound>(GetBound.Instance, Eventually.Patience);
        await using RpcServiceClient client = Sys.Netpoll().RpcService(bound.Address, LongSerializer.Instance, new RpcClientOptions
        {
            Connections = isPool ? ConnectionPolicy.Pool(16) : ConnectionPolicy.Mux(),
        });
        RpcUnary<long, long> method = client.Unary<long, long>("echo");
        return await Allocation.OfCallAsync(Calls, () => CallAsync(method, callers));
    }

    private static Task CallAsync(RpcUnary<long, long> method, int callers) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Calls / callers; i++)
            {
                if (await method.CallAsync(i, TimeSpan.FromMinutes(1)).ConfigureAwait(false) != i)
                {
                    throw new InvalidDataException("The answer is another one's.");
                }
            }
        })));

    private sealed class EchoHandler : RequestHandler
    {
        protected override void OnRequest(Request request)
        {
            RpcCodec.Server.TryRead(request.Payload, out RpcMessage message);
            if (request.BeginReply() is not { } reply)
            {
                return;
            }

            RpcWriter.WriteResponse(reply, message.Id);
            foreach (ReadOnlyMemory<byte> piece in message.Payload)
            {
                reply.WriteBinary(piece.Span);
            }

            reply.Flush();
            request.SendReply();
        }
    }
}
