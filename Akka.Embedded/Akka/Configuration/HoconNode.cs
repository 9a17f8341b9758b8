using System.Text;

namespace Akka.Configuration;

/// <summary>A value of a configuration. Never changed once it is read.</summary>
internal abstract class HoconNode;

/// <summary>Text, a number, a boolean: HOCON does not tell them apart until they are asked for.</summary>
/// <param name="text">The text, or null.</param>
internal sealed class HoconText(string? text) : HoconNode
{
    public string? Text { get; } = text;

    public override string ToString() => Text is null ? "null" : $"\"{Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

/// <summary>A list.</summary>
internal sealed class HoconList(IReadOnlyList<HoconNode> items) : HoconNode
{
    public IReadOnlyList<HoconNode> Items { get; } = items;

    public override string ToString() => $"[{string.Join(", ", Items)}]";
}

/// <summary>Names and values.</summary>
internal sealed class HoconTree(Dictionary<string, HoconNode> fields) : HoconNode
{
    public static readonly HoconTree Empty = new([]);

    public Dictionary<string, HoconNode> Fields { get; } = fields;

    /// <summary>This tree, and what only the other one has.</summary>
    public HoconTree WithFallback(HoconTree other)
    {
        if (other.Fields.Count == 0)
            return this;
        if (Fields.Count == 0)
            return other;

        var merged = new Dictionary<string, HoconNode>(other.Fields);
        foreach (var (name, node) in Fields)
        {
            merged[name] = node is HoconTree tree && merged.TryGetValue(name, out var below) && below is HoconTree treeBelow
                ? tree.WithFallback(treeBelow)
                : node;
        }

        return new HoconTree(merged);
    }

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
            builder.Append('"').Append(name).Append("\" : ").Append(node).Append(", ");
        return builder.Append('}').ToString();
    }
}
