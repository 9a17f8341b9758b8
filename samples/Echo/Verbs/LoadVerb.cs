using System.CommandLine;
using Echo.Display;
using Echo.Load;
using Netpoll.Poller.Sockets;

namespace Echo.Verbs;

/// <summary><c>load</c>: asks a server as fast as it answers, and checks every byte.</summary>
internal static class LoadVerb
{
    /// <summary>What the server's default frame limit allows.</summary>
    private const int MaxBodyBytes = 16 << 20;

    private static readonly Option<NetAddress> s_address = EchoOptions.Address("--address", "The server.", "tcp://127.0.0.1:7000");
    private static readonly Option<int> s_connections = EchoOptions.Number("--connections", "Connections that work.", 100, 1, 1_000_000);
    private static readonly Option<int> s_inFlight = EchoOptions.Number("--in-flight", "Requests under way at once on each.", 1, 1, 1_000_000);
    private static readonly Option<int> s_idle = EchoOptions.Number("--idle", "Further connections that stay silent.", 0, 0, 1_000_000);
    private static readonly Option<int> s_body = EchoOptions.Number("--body", "Bytes in a request.", 1024, 1, MaxBodyBytes);
    private static readonly Option<double> s_seconds = EchoOptions.Number("--seconds", "How many seconds to measure.", 5, 0.1, 86_400);
    private static readonly Option<double> s_warmUp = EchoOptions.Number("--warm-up", "Seconds of load before that.", 1.0, 0, 86_400);
    private static readonly Option<bool> s_json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var verb = new Command("load", "Asks a server as fast as it answers, checks every byte, and measures.")
        {
            s_address, s_connections, s_inFlight, s_idle, s_body, s_seconds, s_warmUp, s_json,
        };
        verb.SetAction((command, _) => RunAsync(OptionsOf(command), command.GetValue(s_json)));
        return verb;
    }

    /// <summary>The options as given.</summary>
    public static LoadOptions OptionsOf(ParseResult command) => new()
    {
        Address = command.GetRequiredValue(s_address),
        Connections = command.GetValue(s_connections),
        InFlight = command.GetValue(s_inFlight),
        Idle = command.GetValue(s_idle),
        Body = command.GetValue(s_body),
        Duration = TimeSpan.FromSeconds(command.GetValue(s_seconds)),
        WarmUp = TimeSpan.FromSeconds(command.GetValue(s_warmUp)),
    };

    private static async Task<int> RunAsync(LoadOptions options, bool asJson)
    {
        using var signals = new ShutdownSignals();
        var client = new LoadClient(options);
        Task<LoadResult> run = client.RunAsync(signals.Requested);
        if (asJson)
        {
            Console.WriteLine((await run).ToJson());
        }
        else
        {
            await LoadDisplay.ShowAsync(client, run, $"{options.Address}", "client");
        }

        return (await run).Errors == 0 ? EchoCommand.Success : EchoCommand.LoadFailed;
    }
}
