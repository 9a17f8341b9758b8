using System.Diagnostics;
using System.Globalization;
using Echo.Load;
using Spectre.Console;

namespace Echo.Display;

/// <summary>A load on the terminal: a line that lives while it runs, then a table. Anywhere else: a plain line each second, plain columns.</summary>
internal static class LoadDisplay
{
    /// <summary>Follows the load to its end and shows its result.</summary>
    /// <param name="client">The load.</param>
    /// <param name="run">Its run.</param>
    /// <param name="title">What is loaded.</param>
    /// <param name="process">What runs in this process, whose CPU time and allocations the table tells.</param>
    public static async Task ShowAsync(LoadClient client, Task<LoadResult> run, string title, string process)
    {
        IAnsiConsole console = Terminal.Create();
        if (console.Profile.Capabilities.Interactive)
        {
            // An IPv6 address has brackets, which are markup to Spectre.Console.
            string escaped = Markup.Escape(title);
            await console.Status().StartAsync(
                escaped, status => FollowAsync(client, run, TimeSpan.FromSeconds(0.25), line => status.Status($"{escaped} {line}")));
        }
        else
        {
            await FollowAsync(client, run, TimeSpan.FromSeconds(1), console.WriteLine);
        }

        LoadResult result = await run;
        console.Write(ResultTable.Create(result, title, process, console.Profile.Capabilities.Ansi));
        if (result.FirstError is not null)
        {
            await Console.Error.WriteLineAsync($"{result.Errors} errors, the first: {result.FirstError}");
        }
    }

    private static async Task FollowAsync(LoadClient client, Task run, TimeSpan interval, Action<string> show)
    {
        (long replies, long time) = (0, Stopwatch.GetTimestamp());
        while (await Task.WhenAny(run, Task.Delay(interval)) != run)
        {
            (long repliesBefore, long timeBefore) = (replies, time);
            (replies, time) = (client.Replies, Stopwatch.GetTimestamp());
            double qps = (replies - repliesBefore) / Stopwatch.GetElapsedTime(timeBefore, time).TotalSeconds;
            show(string.Create(CultureInfo.InvariantCulture, $"{client.Phase}: {qps,9:N0} requests/s, {client.Errors} errors"));
        }
    }
}
