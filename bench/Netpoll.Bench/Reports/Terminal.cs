using Spectre.Console;

namespace Netpoll.Bench.Reports;

/// <summary>The console to report to.</summary>
internal static class Terminal
{
    /// <summary>What lines and tables need. A narrower terminal wraps them, which is easier to read than cells cut to a few letters.</summary>
    private const int Width = 200;

    /// <summary>Colours and a spinner on a terminal; plain text in a pipe or a file.</summary>
    public static IAnsiConsole Create()
    {
        IAnsiConsole console = Console.IsOutputRedirected
            ? AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            })
            : AnsiConsole.Console;
        console.Profile.Width = Math.Max(Width, console.Profile.Width);
        return console;
    }
}
