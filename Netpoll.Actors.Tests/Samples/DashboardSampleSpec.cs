using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Dashboard sample as its users run it: its figures, and its page in a browser. The latter is skipped where there is none.</summary>
[Collection(Alone.Name)]
public sealed partial class DashboardSampleSpec
{
    private const string Data = "data: ";

    [Fact]
    public async Task The_figures_are_those_of_a_system_at_work()
    {
        using SampleProcess dashboard = SampleProcess.Start("Dashboard", "--urls=http://127.0.0.1:0");
        using HttpClient client = new() { BaseAddress = await AddressOfAsync(dashboard) };
        using StreamReader live = new(await client.GetStreamAsync("api/live").InTime());
        long first = (await NextAsync(live))["time"]!.GetValue<long>();
        JsonNode snapshot;
        do
        {
            snapshot = await NextAsync(live);
        }
        while (snapshot["rates"]!["requests"]!.GetValue<double>() == 0 || !Paths(snapshot).Any(HandlerPath().IsMatch) || Closed(snapshot) == 0);

        Assert.Equal("shop", snapshot["system"]!.GetValue<string>());
        Assert.True(snapshot["time"]!.GetValue<long>() > first);
        Assert.Equal(2, snapshot["pollers"]!.AsArray().Count);
        Assert.All(snapshot["pollers"]!.AsArray(), poller => Assert.InRange(poller!["busy"]!.GetValue<double>(), 0, 1));
        Assert.All(snapshot["pollers"]!.AsArray(), poller => Assert.Contains(poller!["backend"]!.GetValue<string>(), (string[])["Epoll", "IoUring", "Poll"]));
        JsonNode latency = snapshot["latency"]!;
        Assert.Equal(latency["bounds"]!.AsArray().Count + 1, latency["counts"]!.AsArray().Count);
        Assert.InRange(latency["p50"]!.GetValue<double>(), 1e-7, latency["p99"]!.GetValue<double>());
        Assert.Contains("/system/netpoll/poller-1", Paths(snapshot));
        Assert.NotEmpty(JsonNode.Parse(await client.GetStringAsync("api/history").InTime())!.AsArray());

        // Whoever watches does not hold up the end.
        dashboard.RequestEnd();
        while (await live.ReadLineAsync().InTime() is not null)
        {
        }

        (int exitCode, _, string error) = await dashboard.FinishAsync();
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task The_page_is_one_file_that_loads_nothing_from_elsewhere()
    {
        using SampleProcess dashboard = SampleProcess.Start("Dashboard", "--urls=http://127.0.0.1:0");
        using HttpClient client = new() { BaseAddress = await AddressOfAsync(dashboard) };
        string page = await client.GetStringAsync("/").InTime();
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"?(https?:|//)|@import|url\\(", page);
    }

    [SkippableFact]
    public async Task The_page_shows_the_figures_and_they_change()
    {
        await using Chromium browser = await Chromium.StartAsync();
        using SampleProcess dashboard = SampleProcess.Start("Dashboard", "--urls=http://127.0.0.1:0");
        await browser.OpenAsync(await AddressOfAsync(dashboard));
        await browser.WaitUntilAsync("document.getElementById('state')?.textContent === 'live' && document.querySelectorAll('#tree li').length > 8");
        await browser.WaitUntilAsync("Number(document.getElementById('requests').textContent.replaceAll(',', '')) > 0");
        await browser.WaitUntilAsync("document.querySelectorAll('#latency-chart rect').length > 3 && document.querySelectorAll('#closed tr').length > 0");
        Assert.Equal("2", await browser.EvaluateAsync("document.querySelectorAll('#pollers tr').length"));

        string uptime = await browser.EvaluateAsync("document.getElementById('uptime').textContent");
        string line = await browser.EvaluateAsync("document.querySelector('#requests-chart polyline').getAttribute('points')");
        await browser.WaitUntilAsync($"document.getElementById('uptime').textContent !== '{uptime}'");
        await browser.WaitUntilAsync($"document.querySelector('#requests-chart polyline').getAttribute('points') !== '{line}'");

        foreach ((int width, string scheme, string ground) in ((int, string, string)[])[(1280, "light", "rgb(244, 246, 248)"), (1280, "dark", "rgb(13, 17, 23)"), (360, "light", "rgb(244, 246, 248)")])
        {
            await browser.LookAsync(width, 900, scheme);
            await browser.WaitUntilAsync($"innerWidth === {width} && getComputedStyle(document.body).backgroundColor === '{ground}'");
            await browser.WaitUntilAsync("document.querySelector('#requests-chart svg').getAttribute('viewBox').split(' ')[2] == document.getElementById('requests-chart').clientWidth");
            Assert.Equal("true", await browser.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"));
        }

        Assert.Empty(browser.Complaints);
    }

    private static async Task<Uri> AddressOfAsync(SampleProcess dashboard) => new(await dashboard.ReadAsync("open "));

    private static async Task<JsonNode> NextAsync(StreamReader live)
    {
        while (await live.ReadLineAsync().InTime() is { } line)
        {
            if (line.StartsWith(Data, StringComparison.Ordinal))
            {
                return JsonNode.Parse(line[Data.Length..])!;
            }
        }

        throw new EndOfStreamException("The server has ended the stream.");
    }

    private static string[] Paths(JsonNode snapshot) => [.. snapshot["actors"]!.AsArray().Select(actor => actor!["path"]!.GetValue<string>())];

    private static long Closed(JsonNode snapshot) => snapshot["connections"]!["closed"]!.AsObject().Sum(reason => reason.Value!.GetValue<long>());

    [GeneratedRegex("^/user/orders/connection-[0-9]+/handler$")]
    private static partial Regex HandlerPath();
}
