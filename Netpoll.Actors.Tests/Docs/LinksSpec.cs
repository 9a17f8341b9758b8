using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Netpoll.Actors.Tests.Docs;

/// <summary>Links within the repository lead somewhere: to a file or folder that is there, and to a heading that it has.</summary>
public sealed partial class LinksSpec
{
    public static TheoryData<string> All() => [.. Documents.All()];

    [Theory]
    [MemberData(nameof(All))]
    public void Links_lead_somewhere(string document)
    {
        string folder = Path.GetDirectoryName(document)!;
        foreach (string target in Prose(document).SelectMany(line => Link().Matches(line)).Select(link => link.Groups[1].Value))
        {
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
            {
                continue;
            }

            string[] parts = target.Split('#', 2);
            string path = parts[0].Length == 0 ? document : Path.Combine(folder, parts[0]);
            Assert.True(Path.Exists(Path.Combine(Documents.Root, path)), $"{document} links to {target}, which is not there");
            Assert.True(parts.Length == 1 || Anchors(path).Contains(parts[1]), $"{document} links to {target}, which has no such heading");
        }
    }

    // What is not in a fenced block. Code within a line has no links either.
    private static IEnumerable<string> Prose(string document)
    {
        bool isCode = false;
        foreach (string line in Documents.Lines(document))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                isCode = !isCode;
            }
            else if (!isCode)
            {
                yield return CodeSpan().Replace(line, "");
            }
        }
    }

    private static HashSet<string> Anchors(string document)
    {
        bool isCode = false;
        HashSet<string> anchors = [];
        foreach (string line in Documents.Lines(document))
        {
            isCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (!isCode && line.StartsWith('#'))
            {
                anchors.Add(Anchor(line.TrimStart('#').Trim()));
            }
        }

        return anchors;
    }

    // As GitHub makes them: lower case, spaces become hyphens, punctuation goes.
    private static string Anchor(string heading)
    {
        StringBuilder anchor = new();
        foreach (char character in heading.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(character) || character is '-' or '_')
            {
                anchor.Append(character);
            }
            else if (character == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`[^`]*`(?!\])")]
    private static partial Regex CodeSpan();
}
