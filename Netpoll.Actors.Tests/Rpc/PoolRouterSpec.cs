using Akka.Actor;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>When a pool's client hears of calls that wait.</summary>
public sealed class PoolRouterSpec(ITestOutputHelper output) : RouterSpec(output)
{
    [Fact]
    public async Task A_client_is_told_of_waiting_calls_while_it_may_open_connections_and_when_one_of_them_ends()
    {
        PoolRouter router = new(new RpcClientOptions { Connections = ConnectionPolicy.Pool(2) }, Sys.Netpoll().NextPoller().Loop, endpoints: 1);
        Recorder<object> told = new();
        IActorRef client = Sys.ActorOf(Spy.Props(told));
        router.Start(client);
        ServerEndpoint server = new(0, Nowhere, null);
        Wait(router, calls: 1);
        await IsToldAsync();
        ClientLink first = OpenTo(server);
        router.Add(first);
        Wait(router, calls: 1);
        await IsToldAsync();
        router.Add(OpenTo(server));

        Wait(router, calls: 3);
        await IsToldNothingMoreAsync();

        router.Remove(first);
        await IsToldAsync();
        Assert.Equal(3, router.WaitingCount);

        async Task IsToldAsync()
        {
            Assert.IsType<CallsWaiting>(await told.NextAsync());
            await IsToldNothingMoreAsync();
            router.AcknowledgeWaiting();
        }

        async Task IsToldNothingMoreAsync()
        {
            // All that this thread has told before comes before it.
            client.Tell(told);
            Assert.Same(told, await told.NextAsync());
        }
    }
}
