namespace Netpoll.Bench.Processes;

/// <summary>Finds what was built with this program: all outputs lie side by side, each with a folder per configuration.</summary>
internal static class Sibling
{
    /// <summary>The repository, as far as this program was built in it.</summary>
    public static string Repository { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    private static string Configuration => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>The path of another project's executable.</summary>
    public static string Path(string project) =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "../..", project, Configuration, project));
}
