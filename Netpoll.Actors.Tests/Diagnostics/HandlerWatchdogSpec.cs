using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Diagnostics;

/// <summary>Who holds a thread for too long is named, once.</summary>
public sealed class HandlerWatchdogSpec(ITestOutputHelper output)
    : NetpollSpec(output, "netpoll.watchdog { loop-limit = 20ms, worker-limit = 20ms }")
{
    [Theory]
    [InlineData(HandlerScheduling.Serial)]
    [InlineData(HandlerScheduling.Bounded)]
    public async Task A_handler_that_holds_its_thread_is_named_once(HandlerScheduling scheduling)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(HandlerStalled));
        using Gate gate = new();
        Script script = new()
        {
            OnRequest = request =>
            {
                gate.Wait();
                request.Reply(request.Payload);
            },
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling));
        using RawClient client = RawClient.Connect(address);
        client.SendFrame("abc"u8);

        HandlerStalled stalled = ExpectStalledRequest();
        Assert.StartsWith("handler", stalled.Handler.Path.Name, StringComparison.Ordinal);
        Assert.Equal(scheduling == HandlerScheduling.Serial, stalled.IsLoop);
        Assert.Contains(scheduling == HandlerScheduling.Serial ? "-poller-" : "-worker-", stalled.Thread, StringComparison.Ordinal);
        Assert.True(stalled.HeldFor >= TimeSpan.FromMilliseconds(20));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        gate.Open();
        client.ReceiveFrame();
    }

    [Fact]
    public async Task Every_episode_is_told_also_after_a_rest()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(HandlerStalled));
        using SemaphoreSlim mayGoOn = new(0);
        Script script = new()
        {
            OnRequest = request =>
            {
                mayGoOn.Wait(Eventually.Patience);
                request.Reply(request.Payload);
            },
        };
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, HandlerScheduling.Serial));
        using RawClient client = RawClient.Connect(address);
        for (int episode = 0; episode < 3; episode++)
        {
            client.SendFrame("abc"u8);
            ExpectStalledRequest();
            mayGoOn.Release();
            client.ReceiveFrame();
        }
    }

    // On a busy machine any message may hold its thread for long.
    private HandlerStalled ExpectStalledRequest()
    {
        HandlerStalled stalled;
        do
        {
            stalled = ExpectMsg<HandlerStalled>(Eventually.Patience);
        }
        while (stalled.MessageType != "Request");

        return stalled;
    }
}
