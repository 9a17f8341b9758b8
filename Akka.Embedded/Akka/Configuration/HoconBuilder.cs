using System.Text;

namespace Akka.Configuration;

/// <summary>Something that was read but may hold substitutions, which are resolved when all is read.</summary>
internal abstract class HoconUnresolved
{
    /// <summary>The value, or null if it is an optional substitution of nothing.</summary>
    public abstract HoconNode? Resolve(HoconScope scope);
}

/// <summary>Where substitutions look.</summary>
internal sealed class HoconScope(HoconBuilder root)
{
    // Paths that are being resolved, against circles.
    private readonly HashSet<string> _open = [];

    public HoconNode? Lookup(string path)
    {
        if (!_open.Add(path))
            throw new FormatException($"HOCON: the substitution ${{{path}}} refers to itself.");
        try
        {
            return root.Find(HoconPath.Split(path))?.Resolve(this)
                ?? (Environment.GetEnvironmentVariable(path) is { } variable ? new HoconText(variable) : null);
        }
        finally
        {
            _open.Remove(path);
        }
    }
}

/// <summary>An object that is being read.</summary>
internal sealed class HoconBuilder : HoconUnresolved
{
    private readonly Dictionary<string, HoconUnresolved> _fields = [];

    public void Set(List<string> path, HoconUnresolved value)
    {
        var parent = Descend(path);
        var name = path[^1];

        // An object adds to what is there; anything else takes its place.
        parent._fields[name] = parent._fields.TryGetValue(name, out var before) ? new HoconOverride(before, value) : value;
    }

    public void Append(List<string> path, HoconUnresolved value)
    {
        var parent = Descend(path);
        var name = path[^1];
        var items = new HoconItems();
        items.Add(value);
        var pieces = new HoconPieces();
        if (parent._fields.TryGetValue(name, out var before))
            pieces.Add(before);
        pieces.Add(items);
        parent._fields[name] = pieces;
    }

    public HoconUnresolved? Find(List<string> path)
    {
        HoconUnresolved? node = this;
        foreach (var name in path)
        {
            node = Field(node, name);
            if (node is null)
                return null;
        }

        return node;
    }

    public HoconTree Resolve() => (HoconTree)Resolve(new HoconScope(this));

    public override HoconNode Resolve(HoconScope scope)
    {
        var fields = new Dictionary<string, HoconNode>(_fields.Count);
        foreach (var (name, value) in _fields)
        {
            if (value.Resolve(scope) is { } node)
                fields.Add(name, node);
        }

        return new HoconTree(fields);
    }

    private static HoconUnresolved? Field(HoconUnresolved? node, string name) => node switch
    {
        HoconBuilder builder => builder._fields.GetValueOrDefault(name),
        HoconOverride both => (Field(both.Value, name), IsObject(both.Value) ? Field(both.Before, name) : null) switch
        {
            ({ } over, { } below) => new HoconOverride(below, over),
            var (over, below) => over ?? below,
        },
        HoconPieces { Only: { } only } => Field(only, name),
        _ => null,
    };

    private static bool IsObject(HoconUnresolved node) => node switch
    {
        HoconBuilder => true,
        HoconPieces { Only: { } only } => IsObject(only),
        HoconOverride both => IsObject(both.Value),
        _ => false,
    };

    private HoconBuilder Descend(List<string> path)
    {
        var parent = this;
        for (var i = 0; i < path.Count - 1; i++)
        {
            var child = new HoconBuilder();
            parent._fields[path[i]] = parent._fields.TryGetValue(path[i], out var before) ? new HoconOverride(before, child) : child;
            parent = child;
        }

        return parent;
    }
}

/// <summary>A field that was given twice.</summary>
internal sealed class HoconOverride(HoconUnresolved before, HoconUnresolved value) : HoconUnresolved
{
    public HoconUnresolved Before { get; } = before;

    public HoconUnresolved Value { get; } = value;

    public override HoconNode? Resolve(HoconScope scope)
    {
        var over = Value.Resolve(scope);
        if (over is null)
            return Before.Resolve(scope);
        return over is HoconTree tree && Before.Resolve(scope) is HoconTree below ? tree.WithFallback(below) : over;
    }
}

/// <summary>A list that is being read.</summary>
internal sealed class HoconItems : HoconUnresolved
{
    private readonly List<HoconUnresolved> _items = [];

    public void Add(HoconUnresolved item) => _items.Add(item);

    public override HoconNode Resolve(HoconScope scope)
    {
        var items = new List<HoconNode>(_items.Count);
        foreach (var item in _items)
        {
            if (item.Resolve(scope) is { } node)
                items.Add(node);
        }

        return new HoconList(items);
    }
}

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
internal sealed class HoconSubstitution(string path, bool optional) : HoconUnresolved
{
    public override HoconNode? Resolve(HoconScope scope)
    {
        var node = scope.Lookup(path);
        if (node is null && !optional)
            throw new FormatException($"HOCON: unresolved substitution: {path}");
        return node;
    }
}

/// <summary>The pieces of one value: text is joined, lists are joined, objects are merged.</summary>
internal sealed class HoconPieces : HoconUnresolved
{
    private readonly List<HoconUnresolved> _pieces = [];

    /// <summary>The piece, if it is the only one.</summary>
    public HoconUnresolved? Only => _pieces.Count == 1 ? _pieces[0] : null;

    public void Add(HoconUnresolved piece) => _pieces.Add(piece);

    public void Add(HoconText text) => _pieces.Add(new HoconResolved(text));

    public void AddSpace(string space)
    {
        if (space.Length != 0 && _pieces.Count != 0)
            _pieces.Add(new HoconResolved(new HoconText(space)));
    }

    public void AddUnquoted(string text) => _pieces.Add(new HoconResolved(new HoconText(text), unquoted: true));

    public override HoconNode? Resolve(HoconScope scope)
    {
        if (_pieces is [HoconResolved { IsNull: true }])
            return new HoconText(null);

        HoconNode? result = null;
        StringBuilder? joined = null;
        foreach (var piece in _pieces)
        {
            switch (piece.Resolve(scope))
            {
                case HoconTree tree:
                    result = result is HoconTree before ? tree.WithFallback(before) : tree;
                    break;
                case HoconList list:
                    result = result is HoconList first ? new HoconList([.. first.Items, .. list.Items]) : list;
                    break;
                case HoconText text:
                    (joined ??= new StringBuilder()).Append(text.Text);
                    break;
            }
        }

        return result ?? (joined is not null ? new HoconText(joined.ToString()) : _pieces.Count == 0 ? new HoconText(string.Empty) : null);
    }
}

/// <summary>Text.</summary>
internal sealed class HoconResolved(HoconText text, bool unquoted = false) : HoconUnresolved
{
    public bool IsNull => unquoted && text.Text == "null";

    public override HoconNode Resolve(HoconScope scope) => text;
}
