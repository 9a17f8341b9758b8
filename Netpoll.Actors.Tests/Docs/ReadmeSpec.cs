using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Netpoll.Actors.Tests.Docs;

/// <summary>The README's code compiles, runs, and is what ReadmeSnippets.cs has.</summary>
public sealed class ReadmeSpec
{
    [Fact]
    public async Task The_code_does_what_it_says()
    {
        (byte[] asked, byte[] called) = await ReadmeSnippets.RunAsync();
        Assert.Equal("hello"u8.ToArray(), asked);
        Assert.Equal("hello"u8.ToArray(), called);
    }

    [Fact]
    public void The_code_blocks_are_the_compiled_ones()
    {
        string folder = Path.GetDirectoryName(ThisFile())!;
        string[] inReadme = CodeBlocks(File.ReadAllLines(Path.Combine(folder, "../../README.md")), "```csharp", "```");
        string[] inSource = CodeBlocks(File.ReadAllLines(Path.Combine(folder, "ReadmeSnippets.cs")), "// <readme>", "// </readme>");
        Assert.Equal(inSource, inReadme);
    }

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

        return [.. blocks];
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
