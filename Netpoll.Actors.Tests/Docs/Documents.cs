using System.Runtime.CompilerServices;

namespace Netpoll.Actors.Tests.Docs;

/// <summary>The repository's Markdown files.</summary>
internal static class Documents
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../.."));

    /// <summary>All of them, by their paths from the root.</summary>
    public static IEnumerable<string> All() => new DirectoryInfo(Root).EnumerateDirectories()
        .Where(folder => folder.Name != "artifacts" && !folder.Name.StartsWith('.'))
        .SelectMany(folder => folder.EnumerateFiles("*.md", SearchOption.AllDirectories))
        .Concat(new DirectoryInfo(Root).EnumerateFiles("*.md"))
        .Select(file => Path.GetRelativePath(Root, file.FullName));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
