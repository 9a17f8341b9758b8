using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>A test of a router alone: its links lead nowhere, its calls are asked by spies.</summary>
public abstract class RouterSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private protected static NetAddress Nowhere { get; } = NetAddress.Parse("tcp://127.0.0.1:1");

    /// <summary>What each call's asker has heard, in the order of the calls.</summary>
    private protected List<Recorder<object>> Outcomes { get; } = [];

    /// <summary>Routes calls for which there is no connection, or none free.</summary>
    private protected List<PendingCall> Wait(CallRouter router, int calls)
    {
        int before = router.WaitingCount;
        List<PendingCall> waiting = [];
        for (int i = 0; i < calls; i++)
        {
            Recorder<object> outcomes = new();
            AskedCall call = new(Sys.ActorOf(Spy.Props(outcomes)));
            call.Prepare([1], default);
            router.Route(call);
            Outcomes.Add(outcomes);
            waiting.Add(call);
        }

        Assert.Equal(before + calls, router.WaitingCount);
        return waiting;
    }

    private protected ClientLink OpenTo(ServerEndpoint server, int maxCalls = 100)
    {
        ClientLink link = new(server, maxCalls);
        link.Open(new ConnectionRef(Sys.ActorOf(Spy.Props(new Recorder<object>())), Nowhere, Nowhere));
        return link;
    }

    private protected async Task<Exception> FailureAsync(int call) => Assert.IsType<Status.Failure>(await Outcomes[call].NextAsync()).Cause;
}
