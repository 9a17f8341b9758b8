using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Calls that waited for a connection, when there is one to a server that is taken for dead: they fare as calls that come then.</summary>
public sealed class MuxRouterSpec(ITestOutputHelper output) : RouterSpec(output)
{
    [Fact]
    public async Task Calls_that_waited_are_refused_when_the_only_server_is_taken_for_dead()
    {
        MuxRouter router = CreateRouter();
        Wait(router, calls: 3);
        ClientLink link = OpenTo(Dead(TimeSpan.FromHours(1)));

        router.Add(link);

        for (int i = 0; i < 3; i++)
        {
            Assert.IsType<RpcRefusedException>(await FailureAsync(i));
        }

        Assert.Equal((0, 0), (link.Load, router.WaitingCount));
    }

    [Fact]
    public async Task One_that_waited_shows_whether_the_server_lives_and_the_others_are_refused()
    {
        MuxRouter router = CreateRouter();
        List<PendingCall> calls = Wait(router, calls: 3);
        ServerEndpoint server = Dead(TimeSpan.FromMilliseconds(1));
        await Eventually.Holds(() => server.Circuit.RefusesUntil == 0, "the server may be tried");
        ClientLink link = OpenTo(server);

        router.Add(link);

        Assert.True(calls[0].IsProbe);
        Assert.Same(calls[0], link.TakePosted());
        Assert.Equal((calls.Count(call => call.IsProbe), 0), (link.Load, router.WaitingCount));
        Assert.Equal(0, Outcomes[0].Count);
        for (int i = 1; i < 3; i++)
        {
            // On a machine that stands still, so long that another may be tried, it is one more probe.
            if (!calls[i].IsProbe)
            {
                Assert.IsType<RpcRefusedException>(await FailureAsync(i));
            }
        }
    }

    [Fact]
    public async Task Those_that_wait_for_room_at_a_server_that_lives_go_on_waiting_until_it_has_room_or_is_gone()
    {
        MuxRouter router = CreateRouter();
        List<PendingCall> calls = Wait(router, calls: 3);
        ClientLink alive = OpenTo(new ServerEndpoint(0, Nowhere, null), maxCalls: 1);
        ClientLink dead = OpenTo(Dead(TimeSpan.FromHours(1)));
        router.Add(alive);
        router.Add(dead);
        Assert.Equal((1, 0, 2), (alive.Load, dead.Load, router.WaitingCount));
        Assert.Same(calls[0], alive.TakePosted());

        alive.Leave();
        router.OnPlaceFree(alive);
        Assert.Same(calls[1], alive.TakePosted());
        Assert.Equal(1, router.WaitingCount);

        router.Remove(alive);
        Assert.IsType<RpcRefusedException>(await FailureAsync(2));
        Assert.Equal((0, 0), (dead.Load, router.WaitingCount));
    }

    private static ServerEndpoint Dead(TimeSpan openFor)
    {
        ServerEndpoint server = new(1, Nowhere, new CircuitPolicy { TimeoutsToOpen = 1, OpenFor = new BackOff { First = openFor, Max = openFor } });
        server.Circuit.TimedOut();
        return server;
    }

    private MuxRouter CreateRouter() => new(RpcClientOptions.Default, Sys.Netpoll().NextPoller().Loop);
}
