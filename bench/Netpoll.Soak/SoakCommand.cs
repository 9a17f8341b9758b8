using System.CommandLine;
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

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>0, or 1 if something is not as it has to be.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        Command serve = new("serve", "The server; started by the others.") { s_backend };
        serve.SetAction(parsed => SoakServer.RunAsync(parsed.GetValue(s_backend)!));

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

        return new RootCommand("Long and hard loads on a server of Netpoll.Actors.") { serve, soak }.Parse(args).InvokeAsync();
    }
}
