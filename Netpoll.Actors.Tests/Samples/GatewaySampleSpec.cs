using System.Diagnostics;
using System.Net;
using Akka.Actor;
using Gateway.Upstreams;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Gateway sample as its users run it, with callers, operators and upstreams that come and go.</summary>
[Collection(Alone.Name)]
public sealed class GatewaySampleSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    [Fact]
    public async Task Commands_are_answered_in_order_by_upstreams_of_its_own()
    {
        string name = $"gateway-{Guid.NewGuid():N}";
        using SampleProcess gateway = Start($"--Gateway:Upstreams:0=unix://@{name}-a", $"--Gateway:Upstreams:1=unix://@{name}-b");
        using LinePeer caller = LinePeer.Connect(await AddressOfAsync(gateway));
        await caller.SendAsync("upper hello\nREVERSE añb\nsleep 10\nsleep long\nfly\n\nwho\nwho");

        Assert.Equal("OK HELLO", await caller.ReceiveAsync());
        Assert.Equal("OK bña", await caller.ReceiveAsync());
        Assert.Equal("OK 10", await caller.ReceiveAsync());
        Assert.Equal("ERR InvalidArgument: 'long' is no number of milliseconds.", await caller.ReceiveAsync());
        Assert.Equal("ERR NotFound: 'fly' is none of reverse, sleep, upper, who", await caller.ReceiveAsync());
        Assert.Equal("ERR NotFound: '' is none of reverse, sleep, upper, who", await caller.ReceiveAsync());
        Assert.StartsWith($"OK unix://@{name}-", await caller.ReceiveAsync(), StringComparison.Ordinal);
        Assert.StartsWith($"OK unix://@{name}-", await caller.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_slow_is_given_up()
    {
        (NetAddress address, _) = await ServeAsync(UpstreamThatNeverAnswers());
        using SampleProcess gateway = StartBefore(address, "--Gateway:CallTimeout=00:00:00.050");
        using LinePeer caller = LinePeer.Connect(await AddressOfAsync(gateway));
        await caller.SendAsync("sleep 1");
        Assert.StartsWith("ERR DeadlineExceeded: ", await caller.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_ready_while_there_is_an_upstream_and_says_so_when_there_is_none()
    {
        (NetAddress first, IActorRef firstServer) = await ServeAsync(TextService.Create("first"));
        (NetAddress second, IActorRef secondServer) = await ServeAsync(TextService.Create("second"));
        using SampleProcess gateway = StartBefore(first, second);
        using LinePeer caller = LinePeer.Connect(await AddressOfAsync(gateway));
        Uri http = await HttpOfAsync(gateway);
        using HttpClient operators = new() { BaseAddress = http };
        await caller.SendAsync("who");
        Assert.StartsWith("OK ", await caller.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await operators.GetAsync("health/ready").InTime()).StatusCode);
        Assert.StartsWith("Healthy\nnetpoll-loops: Healthy", await operators.GetStringAsync("health/live").InTime(), StringComparison.Ordinal);

        await StopAsync(firstServer);
        for (int i = 0; i < 10; i++)
        {
            await caller.SendAsync("who");
            Assert.Equal("OK second", await caller.ReceiveAsync());
        }

        await StopAsync(secondServer);
        await caller.SendAsync("who");
        Assert.Equal("ERR Unavailable: no upstream can be reached", await caller.ReceiveAsync());
        HttpResponseMessage health = await operators.GetAsync("health/ready").InTime();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("upstreams: Unhealthy, 0 connections to 2 upstreams.", await health.Content.ReadAsStringAsync().InTime(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Curl_reads_health_and_metrics()
    {
        string? curl = Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(place => Path.Combine(place, "curl")).FirstOrDefault(File.Exists);
        Skip.If(curl is null, "curl is not installed.");
        (NetAddress address, _) = await ServeAsync(TextService.Create("only"));
        using SampleProcess gateway = StartBefore(address);
        using LinePeer caller = LinePeer.Connect(await AddressOfAsync(gateway));
        Uri http = await HttpOfAsync(gateway);
        await caller.SendAsync("upper a");
        Assert.Equal("OK A", await caller.ReceiveAsync());

        Assert.StartsWith("Healthy\n", await GetAsync(curl, http, "health/ready"), StringComparison.Ordinal);
        string metrics = await GetAsync(curl, http, "metrics");
        Assert.Contains("# TYPE netpoll_requests_total counter\nnetpoll_requests_total{netpoll_system=\"gateway\",netpoll_poller=\"0\"} ", metrics, StringComparison.Ordinal);
        Assert.Contains("netpoll_request_duration_seconds_bucket{netpoll_system=\"gateway\",le=\"0.0001\"} ", metrics, StringComparison.Ordinal);
        Assert.Contains("netpoll_request_duration_seconds_count{netpoll_system=\"gateway\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("rpc_client_call_duration_seconds_count{rpc_system_name=\"netpoll\",rpc_method=\"Text/Upper\",rpc_response_status_code=\"Ok\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_under_way_when_it_is_told_to_end_is_answered()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RpcService service = new RpcServiceBuilder(TextSerializer.Instance)
            .Unary<string, string>("Text/Upper", async (_, _) =>
            {
                begun.SetResult();
                return await answer.Task;
            })
            .Build();
        (NetAddress address, _) = await ServeAsync(service);
        using SampleProcess gateway = StartBefore(address);
        using LinePeer caller = LinePeer.Connect(await AddressOfAsync(gateway));
        await caller.SendAsync("upper a");
        await begun.Task.InTime();

        gateway.RequestEnd();
        answer.SetResult("late");
        Assert.Equal("OK late", await caller.ReceiveAsync());
        Assert.Null(await caller.ReceiveAsync());
        (int exitCode, string said, string error) = await gateway.FinishAsync();
        Assert.Equal((0, ""), (exitCode, error));
        Assert.EndsWith("drained and stopped\n", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Gateway:Upstreams:1=nowhere", "Gateway:Upstreams:1: 'nowhere' is not an address")]
    [InlineData("--Gateway:CallTimeout=00:00:00", "Gateway:CallTimeout is '00:00:00': it must be more than nothing")]
    [InlineData("--Gateway:Timeout=1", "Gateway:Timeout is not a setting: allowed are Upstreams, RunUpstreams, CallTimeout, Routes")]
    [InlineData("--Netpoll:Listeners:Callers:MaxFrameBytes=-1", "netpoll.listeners.callers.max-frame-bytes is '-1': it must be a size from 1")]
    [InlineData("--Netpoll:Listeners:Callers:Adress=x", "netpoll.listeners.callers.adress is not a setting: allowed are accept-burst, accepts-per-second, address")]
    [InlineData("--Netpoll:Listeners:Callers:Address=x", "netpoll.listeners.callers.address is 'x': it must be 'tcp://host:port'")]
    public async Task A_mistake_in_the_configuration_is_said_with_its_path_and_what_is_allowed(string setting, string message)
    {
        using SampleProcess gateway = SampleProcess.Start("Gateway", [.. s_free, "--Gateway:RunUpstreams=false", setting]);

        // What Akka.Hosting writes to the standard output of its own accord is not the sample's.
        (int exitCode, _, string error) = await gateway.FinishAsync();
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The gateway cannot run. {message}", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    /// <summary>Ports that are free, and no call given up because the machine is slow.</summary>
    private static readonly string[] s_free =
        ["--Urls=http://127.0.0.1:0", "--Netpoll:Listeners:Callers:Address=tcp://127.0.0.1:0", "--Gateway:CallTimeout=00:01:00"];

    private static SampleProcess Start(params string[] settings) => SampleProcess.Start("Gateway", [.. s_free, .. settings]);

    // appsettings.json names two upstreams, which an array on the command line does not shorten.
    private static SampleProcess StartBefore(NetAddress upstream, params string[] settings) =>
        Start(["--Gateway:RunUpstreams=false", $"--Gateway:Upstreams:0={upstream}", $"--Gateway:Upstreams:1={upstream}", .. settings]);

    private static SampleProcess StartBefore(NetAddress first, NetAddress second) => StartBefore(first, $"--Gateway:Upstreams:1={second}");

    private static async Task<NetAddress> AddressOfAsync(SampleProcess gateway) => NetAddress.Parse(await gateway.ReadAsync("listening on "));

    private static async Task<Uri> HttpOfAsync(SampleProcess gateway) => new((await gateway.ReadAsync("health and metrics: ")).Split("/health")[0]);

    private static RpcService UpstreamThatNeverAnswers() => new RpcServiceBuilder(TextSerializer.Instance)
        .Unary<string, string>("Text/Sleep", async (text, call) =>
        {
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return text;
        })
        .Build();

    private static async Task<string> GetAsync(string curl, Uri http, string path)
    {
        using Process process = Process.Start(new ProcessStartInfo(curl, ["-s", new Uri(http, path).ToString()]) { RedirectStandardOutput = true })!;
        string said = await process.StandardOutput.ReadToEndAsync().InTime();
        await process.WaitForExitAsync().InTime();
        return said;
    }

    private async Task<(NetAddress Address, IActorRef Server)> ServeAsync(RpcService service)
    {
        IActorRef server = Sys.ActorOf(RpcServer.Props("tcp://127.0.0.1:0", service));
        return ((await server.Ask<Bound>(GetBound.Instance, Eventually.Patience)).Address, server);
    }
}
