namespace Akka.Configuration.Hocon;

/// <summary>A value of a configuration.</summary>
public class HoconValue
{
    private readonly HoconNode _node;

    internal HoconValue(HoconNode node) => _node = node;

    /// <summary>Whether it is a tree of names and values.</summary>
    public bool IsObject() => _node is HoconTree;

    /// <summary>Whether it is a list.</summary>
    public bool IsArray() => _node is HoconList;

    /// <inheritdoc/>
    public override string ToString() => _node.ToString()!;
}
