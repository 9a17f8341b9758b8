using System.Globalization;
using System.Text;

namespace Akka.Configuration;

/// <summary>A value of a configuration. Never changed once it is read.</summary>
internal abstract class HoconNode;

/// <summary>Text, a number, a boolean: HOCON does not tell them apart until they are asked for.</summary>
/// <param name="text">The text, or null.</param>
internal sealed class HoconText(string? text) : HoconNode
{
    public string? Text { get; } = text;

    public override string ToString() => Text is null ? "null" : Quote(Text);

    /// <summary>Text within quotes, which is read as the same text again.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}

/// <summary>A list.</summary>
internal sealed class HoconList(IReadOnlyList<HoconNode> items) : HoconNode
{
    public IReadOnlyList<HoconNode> Items { get; } = items;

    public override string ToString() => $"[{string.Join(", ", Items)}]";
}

/// <summary>Names and values.</summary>
/// <param name="fields">What is in it.</param>
/// <param name="isClosed">Whether it took the place of text or a list, so that what is below that does not add to it.</param>
internal sealed class HoconTree(Dictionary<string, HoconNode> fields, bool isClosed = false) : HoconNode
{
    public static readonly HoconTree Empty = new([]);

    private readonly bool _isClosed = isClosed;

    public Dictionary<string, HoconNode> Fields { get; } = fields;

    /// <summary>The same, to which what is below it may add.</summary>
    public HoconTree Open() => _isClosed ? new HoconTree(Fields) : this;

    /// <summary>This tree, and what only the other one has.</summary>
    public HoconTree WithFallback(HoconTree other) => _isClosed ? this : Fields.Count == 0 ? other : Merge(other);

    private HoconTree Merge(HoconTree other)
    {
        var merged = new Dictionary<string, HoconNode>(other.Fields);
        foreach (var (name, node) in Fields)
            merged[name] = node is HoconTree tree && merged.TryGetValue(name, out var below) ? tree.Over(below) : node;
        return new HoconTree(merged, other._isClosed);
    }

    // Null is nothing that could be in the way.
    private HoconTree Over(HoconNode below) => below switch
    {
        HoconTree tree => WithFallback(tree),
        HoconText { Text: null } => this,
        _ => new HoconTree(Fields, isClosed: true),
    };

    public HoconNode? Find(string path)
    {
        HoconNode? node = this;
        foreach (var name in HoconPath.Split(path))
        {
            if (node is not HoconTree tree || !tree.Fields.TryGetValue(name, out node))
                return null;
        }

        return node;
    }

    public override string ToString()
    {
        var builder = new StringBuilder("{ ");
        foreach (var (name, node) in Fields)
            builder.Append(HoconText.Quote(name)).Append(" : ").Append(node).Append(", ");
        return builder.Append('}').ToString();
    }
}
