using Spectre.Console;

namespace Netpoll.Bench.Engine.Reports;

/// <summary>The console to report to.</summary>
internal static class Terminal
{
    // What the tables need.
    private const int Width = 120;

    /// <summary>Colours on a terminal; plain text in a pipe or a file.</summary>
    public static IAnsiConsole Create()
    {
        IAnsiConsole console = Console.IsOutputRedirected
            ? AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors })
            : AnsiConsole.Console;
        console.Profile.Width = Math.Max(Width, console.Profile.Width);
        return console;
    }
}
