using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Listeners;

/// <summary>A listener whose system is not set up as it needs: who asks hears why, and nobody waits for ever.</summary>
public sealed class ListenerFailureSpec
{
    [Theory]
    [InlineData("netpoll.pollers = none", "netpoll.pollers")]
    [InlineData("netpoll.poller.throughput = 0", "netpoll.poller.throughput")]
    public async Task A_setting_that_is_not_allowed_is_the_answer_to_who_asks_where_it_is_bound(string setting, string named)
    {
        ActorSystem system = ActorSystem.Create(
            "wrong", ConfigurationFactory.ParseString($"akka.loglevel = OFF\nakka.stdout-loglevel = OFF\n{setting}"));
        HandlerSource echo = HandlerSource.PerConnection(Props.Create<EchoHandler>());
        IActorRef listener = system.ActorOf(Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), echo));
        for (int i = 0; i < 2; i++)
        {
            Exception refusal = await Assert.ThrowsAnyAsync<Exception>(() => listener.Ask<Bound>(GetBound.Instance, Eventually.Patience));
            Assert.Contains(named, $"{refusal}", StringComparison.Ordinal);
        }

        await listener.Ask<Unbound>(Unbind.Instance, Eventually.Patience);
        Assert.Equal(new Drained(0), await listener.Ask<Drained>(Drain.Instance, Eventually.Patience));
        await system.Terminate().InTime();
    }
}
