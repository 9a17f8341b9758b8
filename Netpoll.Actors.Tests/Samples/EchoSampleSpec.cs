using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Echo sample from the outside: what it prints and how it ends.</summary>
[Collection(Alone.Name)]
public sealed class EchoSampleSpec
{
    [Fact]
    public async Task Without_a_verb_it_serves_and_loads_itself()
    {
        (int exitCode, string output, string error) = await EchoProcess.RunAsync();

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("requests per second", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("tcp://[::1]:0")]
    [InlineData("tcp://localhost:0")]
    [InlineData("unix://@netpoll-{0:N}")]
    public async Task Load_verifies_what_serve_answers_and_a_signal_ends_serve_in_good_order(string address)
    {
        using EchoProcess server = await EchoProcess.ServeAsync("--address", string.Format(CultureInfo.InvariantCulture, address, Guid.NewGuid()));

        JsonElement result;
        double seconds = 0.1;
        do
        {
            // On a busy machine both programs are still being compiled when a short time is over.
            seconds *= 2;
            (int loadExitCode, string json, string loadError) = await EchoProcess.RunAsync(
                "load", "--address", server.Address, "--json", "--in-flight", "4", "--idle", "3",
                "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--warm-up", "0", "--connections", "5");
            Assert.Equal((0, ""), (loadExitCode, loadError));
            result = JsonDocument.Parse(json).RootElement;
            Assert.Equal(0, result.GetProperty("errors").GetInt64());
        }
        while (result.GetProperty("requests").GetInt64() == 0 && seconds < Eventually.Patience.TotalSeconds);

        Assert.True(result.GetProperty("requests").GetInt64() > 0);
        Assert.True(result.GetProperty("p50").GetDouble() <= result.GetProperty("max").GetDouble());

        server.Signal(EchoProcess.Terminate);
        Assert.Equal((0, "", ""), await server.FinishAsync());
    }

    [SkippableFact]
    public async Task Ctrl_C_ends_serve_in_good_order_though_connections_are_open()
    {
        Skip.If(EchoProcess.InheritsIgnored(EchoProcess.Interrupt), "These tests run as a shell's background job, whose children ignore SIGINT.");
        using EchoProcess server = await EchoProcess.ServeAsync("--address", "tcp://127.0.0.1:0");
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(RawPeer.Frame(10));
        await peer.ReceiveAsync(14);

        server.Signal(EchoProcess.Interrupt);

        Assert.Empty(await peer.ReceiveToEndAsync());
        Assert.Equal((0, "", ""), await server.FinishAsync());
    }

    [Fact]
    public async Task A_server_that_dies_makes_the_load_fail()
    {
        using EchoProcess server = await EchoProcess.ServeAsync("--address", "tcp://127.0.0.1:0");
        int before = server.SocketCount;
        Task<(int ExitCode, string Output, string Error)> load =
            EchoProcess.RunAsync("load", "--address", server.Address, "--seconds", "600", "--warm-up", "0", "--connections", "5");
        await Eventually.EqualAsync(true, () => server.SocketCount >= before + 5);

        server.Signal(EchoProcess.Kill);

        (int exitCode, _, string error) = await load;
        Assert.Equal(1, exitCode);
        Assert.Contains("errors, the first: connection", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_reply_makes_the_load_fail()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<(int ExitCode, string Output, string Error)> load = EchoProcess.RunAsync(
            "load", "--address", $"tcp://{listener.LocalEndpoint}", "--seconds", "600", "--warm-up", "0", "--connections", "1");

        using TcpClient client = await listener.AcceptTcpClientAsync();
        byte[] request = new byte[4 + 1024];
        await client.GetStream().ReadExactlyAsync(request);
        request[^1] ^= 1;
        await client.GetStream().WriteAsync(request);

        (int exitCode, _, string error) = await load;
        Assert.Equal(1, exitCode);
        Assert.Contains("a reply that is not what was sent", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_told_in_one_line()
    {
        using EchoProcess server = await EchoProcess.ServeAsync("--address", "tcp://127.0.0.1:0");

        await AssertCannotRunAsync("in use", "serve", "--address", server.Address);
    }

    [Theory]
    [InlineData("not an address", "serve", "--address", "localhost")]
    [InlineData("not an address", "load", "--address", "http://localhost")]
    [InlineData("assign", "serve", "--address", "tcp://192.0.2.1:0")]
    [InlineData("no-such-host.invalid", "serve", "--address", "tcp://no-such-host.invalid:0")]
    [InlineData("no-such-host.invalid", "load", "--address", "tcp://no-such-host.invalid:1")]
    [InlineData("/nowhere/echo", "serve", "--address", "unix:///nowhere/echo")]
    [InlineData("/nowhere/echo", "load", "--address", "unix:///nowhere/echo")]
    [InlineData("--workers", "serve", "--workers", "0")]
    public async Task What_cannot_run_is_told_in_one_line(string what, params string[] arguments) => await AssertCannotRunAsync(what, arguments);

    private static async Task AssertCannotRunAsync(string what, params string[] arguments)
    {
        (int exitCode, string output, string error) = await EchoProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(what, error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(error.TrimEnd('\n'), error.Split('\n')[0]);
    }
}
