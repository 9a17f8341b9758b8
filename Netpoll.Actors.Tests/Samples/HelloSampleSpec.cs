using Netpoll.Actors.Tests.Docs;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Hello sample: what a new user copies.</summary>
[Collection(Alone.Name)]
public sealed class HelloSampleSpec
{
    [Fact]
    public async Task It_greets()
    {
        using SampleProcess hello = SampleProcess.Start("Hello", "tcp://127.0.0.1:0");
        using LinePeer client = LinePeer.Connect(NetAddress.Parse(await hello.ReadAsync("listening on ")));
        await client.SendAsync("you");
        Assert.Equal("hello you", await client.ReceiveAsync());
    }

    [Fact]
    public void It_is_shorter_than_twenty_lines() => Assert.InRange(Documents.Lines("samples/Hello/Program.cs").Length, 1, 19);
}
