using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A browser without a window, with one page, driven by its DevTools protocol. Disposing it ends it.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Process _process;
    private readonly TempDirectory _profile;
    private readonly ClientWebSocket _socket = new();
    private int _calls;

    private Chromium(Process process, TempDirectory profile) => (_process, _profile) = (process, profile);

    /// <summary>What the page has complained of: exceptions, errors on the console, what could not be loaded.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Starts it; the test is skipped where none is installed.</summary>
    public static async Task<Chromium> StartAsync()
    {
        string[] places = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        string? path = places.SelectMany(place => s_names.Select(name => Path.Combine(place, name))).FirstOrDefault(File.Exists);
        Skip.If(path is null, "Chromium is not installed.");
        TempDirectory profile = new();
        string[] arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank",
        ];
        Chromium browser = new(Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true })!, profile);
        await browser.ConnectAsync();
        return browser;
    }

    /// <summary>Goes to a page.</summary>
    public async Task OpenAsync(Uri page)
    {
        await CallAsync("Runtime.enable");
        await CallAsync("Log.enable");
        await CallAsync("Page.navigate", new JsonObject { ["url"] = page.ToString() });
    }

    /// <summary>Gives it another size and color scheme.</summary>
    public async Task LookAsync(int width, int height, string scheme)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        JsonObject feature = new() { ["name"] = "prefers-color-scheme", ["value"] = scheme };
        await CallAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(feature) });
    }

    /// <summary>What an expression is on the page, as text; nothing if it cannot be told, because the page is about to be another.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        JsonNode? answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = $"String({expression})" });
        return answer?["result"]?["value"]?.GetValue<string>() ?? "";
    }

    /// <summary>Waits until an expression is true on the page.</summary>
    public async Task WaitUntilAsync(string expression)
    {
        long started = Stopwatch.GetTimestamp();
        while (await EvaluateAsync(expression) != "true")
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Eventually.Patience, $"it never came to be that {expression}");
            await Task.Delay(20);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();

        // Its children write to the profile until they are gone too.
        await Eventually.Holds(TryDeleteProfile, "the browser's profile can be deleted");
    }

    private bool TryDeleteProfile()
    {
        try
        {
            _profile.Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task ConnectAsync()
    {
        const string Announcement = "DevTools listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync().InTime();
            Assert.NotNull(line);
        }
        while (!line.StartsWith(Announcement, StringComparison.Ordinal));

        // It goes on to complain of what is missing on the machine; nobody need wait for a reader.
        _ = _process.StandardError.ReadToEndAsync();
        using HttpClient http = new();
        Uri pages = new($"http://{new Uri(line[Announcement.Length..]).Authority}/json/list");
        JsonNode? page;
        long started = Stopwatch.GetTimestamp();
        while ((page = (await http.GetFromJsonAsync<JsonArray>(pages).InTime())!.SingleOrDefault(IsPage)) is null)
        {
            // It answers before it has its page.
            Assert.True(Stopwatch.GetElapsedTime(started) < Eventually.Patience, "the browser never had a page");
            await Task.Delay(20);
        }

        await _socket.ConnectAsync(new Uri(page["webSocketDebuggerUrl"]!.GetValue<string>()), CancellationToken.None).InTime();
    }

    private static bool IsPage(JsonNode? target) => target!["type"]!.GetValue<string>() == "page";

    private async Task<JsonNode?> CallAsync(string method, JsonObject? parameters = null)
    {
        int id = ++_calls;
        JsonObject call = new() { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, true, CancellationToken.None).InTime();
        while (true)
        {
            JsonNode message = await ReceiveAsync();
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["result"];
            }

            Note(message);
        }
    }

    private void Note(JsonNode message)
    {
        bool isComplaint = message["method"]?.GetValue<string>() switch
        {
            "Runtime.exceptionThrown" => true,
            "Runtime.consoleAPICalled" => message["params"]!["type"]!.GetValue<string>() is "error" or "warning" or "assert",
            "Log.entryAdded" => message["params"]!["entry"]!["level"]!.GetValue<string>() is "error" or "warning",
            _ => false,
        };
        if (isComplaint)
        {
            Complaints.Add(message.ToJsonString());
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[65536];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(buffer, CancellationToken.None).InTime();
            Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);

        return JsonNode.Parse(message.ToArray())!;
    }
}
