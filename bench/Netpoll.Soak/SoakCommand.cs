using System.CommandLine;
using System.Net;
using Netpoll.Soak.Crowding;
using Netpoll.Soak.Serving;
using Netpoll.Soak.Soaking;

namespace Netpoll.Soak;

/// <summary>The command line.</summary>
internal static class SoakCommand
{
    private static readonly Option<double> s_seconds = new("--seconds") { Description = "How long connections are opened, used and closed.", DefaultValueFactory = _ => 300 };
    private static readonly Option<int> s_connections = new("--connections") { Description = "How many live at once.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<double> s_rate = new("--rate") { Description = "What all of them do in a second: openings, calls, ends.", DefaultValueFactory = _ => 2000 };
    private static readonly Option<int> s_seed = new("--seed") { Description = "Of what is left to chance.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> s_untrimmed = new("--untrimmed") { Description = "Do not wait until the server has forgotten the blocks that it keeps for reuse." };
    private static readonly Option<string> s_backend = new("--backend") { Description = "Of the server's pollers: auto, epoll, io-uring, poll.", DefaultValueFactory = _ => "auto" };

    private static readonly Option<bool> s_echo = new("--echo") { Description = "Answer every request with its bytes." };
    private static readonly Option<string> s_address = new("--address") { Description = "Where the server listens.", Required = true };
    private static readonly Option<int> s_slow = new("--slow") { Description = "Peers that send all they can and hardly read.", DefaultValueFactory = _ => 20 };
    private static readonly Option<int> s_floods = new("--floods") { Description = "Peers that send all they can and read all that comes.", DefaultValueFactory = _ => 2 };
    private static readonly Option<int> s_measured = new("--connections") { Description = "Connections that are measured.", DefaultValueFactory = _ => 100 };
    private static readonly Option<double> s_measuredRate = new("--rate") { Description = "Their requests in a second; 0 for a closed loop.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> s_rounds = new("--rounds") { Description = "Of each a measurement without the crowd, and one with it.", DefaultValueFactory = _ => 5 };
    private static readonly Option<double> s_window = new("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 4 };

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>0, or 1 if something is not as it has to be.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        Command serve = new("serve", "The server; started by the others.") { s_backend, s_echo };
        serve.SetAction(parsed => SoakServer.RunAsync(parsed.GetValue(s_backend)!, parsed.GetValue(s_echo)));

        Command soak = new("soak", "Opens, uses and closes connections in random ways, then looks whether the server holds what it held before.")
        {
            s_seconds, s_connections, s_rate, s_seed, s_untrimmed, s_backend,
        };
        soak.SetAction(async parsed =>
        {
            SoakOptions options = new(
                parsed.GetValue(s_seconds),
                parsed.GetValue(s_connections),
                parsed.GetValue(s_rate),
                parsed.GetValue(s_seed),
                !parsed.GetValue(s_untrimmed),
                parsed.GetValue(s_backend)!);
            return await new SoakRun(options, Console.Out).RunAsync() ? 0 : 1;
        });

        Command peers = new("crowd-peers", "The slow readers and the floods; started by the next.") { s_address, s_slow, s_floods };
        peers.SetAction(parsed => CrowdPeers.RunAsync(IPEndPoint.Parse(parsed.GetValue(s_address)!), parsed.GetValue(s_slow), parsed.GetValue(s_floods)));

        Command crowd = new("crowd", "Measures how long others wait beside slow readers and floods, and what those cost in memory.")
        {
            s_measured, s_measuredRate, s_slow, s_floods, s_rounds, s_window, s_backend,
        };
        crowd.SetAction(async parsed =>
        {
            CrowdOptions options = new(
                parsed.GetValue(s_measured),
                parsed.GetValue(s_measuredRate),
                parsed.GetValue(s_slow),
                parsed.GetValue(s_floods),
                parsed.GetValue(s_rounds),
                parsed.GetValue(s_window),
                parsed.GetValue(s_backend)!);
            return await new CrowdRun(options, Console.Out).RunAsync() ? 0 : 1;
        });

        return new RootCommand("Long and hard loads on a server of Netpoll.Actors.") { serve, soak, peers, crowd }.Parse(args).InvokeAsync();
    }
}
