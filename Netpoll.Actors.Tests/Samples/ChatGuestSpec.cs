using System.Text;
using Akka.Actor;
using Chat;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A guest of the Chat sample, without its connection: the test is the connection.</summary>
public sealed class ChatGuestSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    [Fact]
    public async Task It_says_how_much_it_missed_though_meanwhile_too_much_is_unsent_again()
    {
        Recorder<object> sent = new();
        ConnectionRef connection = new(Sys.ActorOf(Spy.Props(sent)), NetAddress.UnnamedUnix, NetAddress.UnnamedUnix);
        IActorRef guest = Sys.ActorOf(Props.Create<Guest>(ActorRefs.Nobody));
        guest.Tell(new Connected(connection));
        Assert.StartsWith("* Who are you?", await NextLineAsync(sent), StringComparison.Ordinal);

        connection.MarkWritable(false);
        guest.Tell(new Heard("one"u8.ToArray()));
        guest.Tell(new Heard("two"u8.ToArray()));
        guest.Tell(new WritabilityChanged(connection, IsWritable: true));
        Assert.StartsWith("* you missed 2 lines", await NextLineAsync(sent), StringComparison.Ordinal);

        guest.Tell(new Heard("three"u8.ToArray()));
        await SettleAsync(guest);
        connection.MarkWritable(true);
        guest.Tell(new WritabilityChanged(connection, IsWritable: true));
        guest.Tell(new Heard("four"u8.ToArray()));
        Assert.StartsWith("* you missed 1 lines", await NextLineAsync(sent), StringComparison.Ordinal);
        Assert.Equal("four", await NextLineAsync(sent));
    }

    private static async Task<string> NextLineAsync(Recorder<object> sent)
    {
        Send send = Assert.IsType<Send>(await sent.NextAsync());
        string line = Encoding.UTF8.GetString(send.Written.AsSequence());
        ((IOwnsResources)send).Release();
        return line;
    }
}
