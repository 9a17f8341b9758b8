using System.Text;
using Xunit;

namespace Netpoll.Actors.Tests.Docs;

/// <summary>
/// The code in the README and in the guides compiles: that of <c>docs/back-pressure.md</c> is what BackPressureSnippets.cs has between its marks, in any order.
/// <c>docs/getting-started.md</c> also has the whole of a sample.
/// </summary>
public sealed class DocsSpec
{
    private const string Sources = "Netpoll.Actors.Tests/Docs";

    public static TheoryData<string> Guides() => [.. Paths()];

    [Theory]
    [MemberData(nameof(Guides))]
    public void The_code_blocks_are_the_compiled_ones(string document)
    {
        string source = $"{Sources}/{PascalCase(Path.GetFileNameWithoutExtension(document))}Snippets.cs";
        string[] shown = CodeBlocks(Documents.Lines(document), "```csharp", "```");
        string[] compiled = File.Exists(Path.Combine(Documents.Root, source)) ? CodeBlocks(Documents.Lines(source), "// <doc>", "// </doc>") : [];
        if (document == "docs/getting-started.md")
        {
            compiled = [.. compiled.Append(string.Join('\n', Documents.Lines("samples/Hello/Program.cs"))).Order(StringComparer.Ordinal)];
        }

        Assert.Equal(compiled, shown);
    }

    [Theory]
    [InlineData("Netpoll.Poller/README.md")]
    [InlineData("Netpoll.Actors/README.md")]
    [InlineData("Netpoll.Actors.Hosting/README.md")]
    public void A_packages_README_has_no_code_of_its_own(string document)
    {
        string[] shown = [.. Paths().SelectMany(path => CodeBlocks(Documents.Lines(path), "```csharp", "```"))];
        Assert.All(CodeBlocks(Documents.Lines(document), "```csharp", "```"), block => Assert.Contains(block, shown));
    }

    [Fact]
    public void All_compiled_code_is_shown_somewhere()
    {
        string[] guides = [.. Paths().Select(path => $"{PascalCase(Path.GetFileNameWithoutExtension(path))}Snippets.cs")];
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Documents.Root, Sources), "*Snippets.cs"),
            file => Assert.Contains(Path.GetFileName(file), guides));
    }

    private static IEnumerable<string> Paths() => Documents.All().Where(path => path == "README.md" || Path.GetDirectoryName(path) == "docs");

    private static string PascalCase(string name) =>
        string.Concat(name.ToLowerInvariant().Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string[] CodeBlocks(string[] lines, string first, string last)
    {
        List<string> blocks = [];
        StringBuilder? block = null;
        int indent = 0;
        foreach (string line in lines)
        {
            if (block is null && line.TrimStart().StartsWith(first, StringComparison.Ordinal))
            {
                block = new StringBuilder();
                indent = line.Length - line.TrimStart().Length;
            }
            else if (block is not null && line.Trim() == last)
            {
                blocks.Add(block.ToString().Trim());
                block = null;
            }
            else
            {
                block?.AppendLine(line.Length > indent ? line[indent..] : line.Trim());
            }
        }

        return [.. blocks.Order(StringComparer.Ordinal)];
    }
}
