using System.Runtime.CompilerServices;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>What a call allocates, in the whole process: caller, client, server.</summary>
[Collection(Alone.Name)]
public sealed class RpcAllocationSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int Calls = 20_000;

    private readonly ITestOutputHelper _output = output;

    [SkippableTheory]
    [InlineData(false, false, 1)]
    [InlineData(false, true, 1)]
    [InlineData(true, false, 1)]
    [InlineData(false, false, 16)]
    [InlineData(true, false, 16)]
    public async Task A_call_by_the_facade_allocates_nothing(bool isPool, bool withIds, int callers)
    {
        Allocation.SkipInDebug();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Akka.Actor.Props.Create<EchoHandler>(), HandlerScheduling.Serial));
        await using RpcChannel rpc = Sys.Netpoll().Rpc(address, Codecs.LengthField(), new RpcClientOptions
        {
            Connections = isPool ? ConnectionPolicy.Pool(16) : ConnectionPolicy.Mux(),
            Protocol = withIds ? CallProtocols.WithIds : CallProtocols.InOrder,
        });
        double bytes = await Allocation.OfCallAsync(Calls, () => CallAsync(rpc, callers, Calls));
        _output.WriteLine($"{bytes:F3} bytes a call");
        Assert.True(bytes < 2, $"{bytes:F2} bytes a call");
    }

    private static Task CallAsync(RpcChannel rpc, int callers, int calls) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            byte[] payload = new byte[100];
            for (int i = 0; i < calls / callers; i++)
            {
                await OnceAsync(rpc, payload);
            }
        })));

    // The caller's own state machine is not what is measured.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask OnceAsync(RpcChannel rpc, byte[] payload)
    {
        using Response answer = await rpc.CallAsync(payload, TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        if (answer.Payload.Length != payload.Length)
        {
            throw new InvalidDataException("The answer is another one's.");
        }
    }
}
