using System.CommandLine;
using Echo.Load;
using Echo.Serving;
using Echo.Verbs;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

public sealed class EchoCommandSpec
{
    [Fact]
    public void Serve_has_defaults()
    {
        ServeOptions options = ServeVerb.OptionsOf(Parse("serve"));

        Assert.Equal(new ServeOptions { Address = NetAddress.Tcp("127.0.0.1", 7000) }, options);
    }

    [Fact]
    public void Serve_takes_every_option()
    {
        ServeOptions options = ServeVerb.OptionsOf(Parse("serve --address unix:///tmp/echo --pollers 2 --workers 3 --shared-handlers 4"));

        Assert.Equal(new ServeOptions { Address = NetAddress.Unix("/tmp/echo"), Pollers = 2, Workers = 3, SharedHandlers = 4 }, options);
        Assert.True(ServeVerb.OptionsOf(Parse("serve --serial")).Serial);
    }

    [Fact]
    public void Load_has_defaults()
    {
        LoadOptions options = LoadVerb.OptionsOf(Parse("load"));

        Assert.Equal(new LoadOptions { Address = NetAddress.Tcp("127.0.0.1", 7000) }, options);
        Assert.Equal((100, 1, 0, 1024), (options.Connections, options.InFlight, options.Idle, options.Body));
        Assert.Equal(TimeSpan.FromSeconds(5), options.Duration);
    }

    [Fact]
    public void Load_takes_every_option()
    {
        LoadOptions options = LoadVerb.OptionsOf(Parse(
            "load --address tcp://[::1]:1 --connections 4 --in-flight 32 --idle 5 --body 64 --seconds 0.5 --warm-up 0 --json"));

        Assert.Equal(
            new LoadOptions
            {
                Address = NetAddress.Tcp("::1", 1),
                Connections = 4,
                InFlight = 32,
                Idle = 5,
                Body = 64,
                Duration = TimeSpan.FromSeconds(0.5),
                WarmUp = TimeSpan.Zero,
            },
            options);
    }

    [Theory]
    [InlineData("serve --address nowhere")]
    [InlineData("serve --address tcp://127.0.0.1")]
    [InlineData("serve --address tcp://127.0.0.1:65536")]
    [InlineData("serve --address unix://relative")]
    [InlineData("serve --pollers 0")]
    [InlineData("serve --workers -1")]
    [InlineData("serve --shared-handlers many")]
    [InlineData("serve --serial --shared-handlers 2")]
    [InlineData("load --connections 0")]
    [InlineData("load --in-flight 0")]
    [InlineData("load --idle -1")]
    [InlineData("load --body 16777217")]
    [InlineData("load --seconds 0")]
    [InlineData("load --seconds NaN")]
    [InlineData("load --frobnicate")]
    [InlineData("measure")]
    public void A_wrong_option_is_refused_in_one_line(string commandLine)
    {
        string message = EchoCommand.Create().Parse(commandLine).Errors[0].Message;

        Assert.NotEmpty(message);
        Assert.DoesNotContain('\n', message);
    }

    private static ParseResult Parse(string commandLine)
    {
        ParseResult result = EchoCommand.Create().Parse(commandLine);
        Assert.Empty(result.Errors);
        return result;
    }
}
