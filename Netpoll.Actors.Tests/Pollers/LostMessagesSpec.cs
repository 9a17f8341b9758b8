using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Pollers;

/// <summary>Messages that reached nobody, and own something or have an asker.</summary>
public sealed class LostMessagesSpec(ITestOutputHelper output)
    : NetpollSpec(output, "akka.coordinated-shutdown.phases.before-actor-system-terminate.timeout = 60 s")
{
    private int _settled;

    [Fact]
    public async Task Each_is_settled_before_the_system_ends_however_many_wait()
    {
        const int Letters = 50_000;
        _ = Sys.Netpoll();
        Lost lost = new(this);
        for (int i = 0; i < Letters; i++)
        {
            Sys.DeadLetters.Tell(lost, ActorRefs.NoSender);
        }

        await Sys.Terminate().InTime();
        Assert.Equal(Letters, _settled);
    }

    private sealed class Lost(LostMessagesSpec spec) : INoSerializationVerificationNeeded, IDeadLetterSuppression, IUndeliverable
    {
        public void OnUndelivered(AllDeadLetters letter, ActorSystem system) => spec._settled++;
    }
}
