using Spectre.Console;

namespace Echo.Display;

/// <summary>The console to draw on.</summary>
internal static class Terminal
{
    /// <summary>A terminal with all that it can do; in a pipe or a file, plain text without control codes.</summary>
    public static IAnsiConsole Create() => !Console.IsOutputRedirected
        ? AnsiConsole.Console
        : AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
}
