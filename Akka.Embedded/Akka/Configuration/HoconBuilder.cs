namespace Akka.Configuration;

/// <summary>An object that is being read.</summary>
internal sealed class HoconBuilder : HoconUnresolved
{
    private readonly Dictionary<string, HoconUnresolved> _fields = [];

    /// <summary>Adds a field. An object adds to what is there; anything else takes its place.</summary>
    public void Set(List<string> path, HoconUnresolved value)
    {
        var parent = this;
        for (var i = 0; i < path.Count - 1; i++)
        {
            var child = new HoconBuilder();
            parent.SetOwn(path[i], child);
            parent = child;
        }

        parent.SetOwn(path[^1], value);
    }

    /// <summary>What was said of a path, as far as that is known before all is read.</summary>
    public HoconUnresolved? Find(IReadOnlyList<string> path) => new HoconScope(root: null).Find(this, path);

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

    public override HoconUnresolved? Field(string name, HoconScope scope) => _fields.GetValueOrDefault(name);

    public override bool Hides(HoconScope scope) => false;

    private void SetOwn(string name, HoconUnresolved value) => _fields[name] = HoconOverride.Of(_fields.GetValueOrDefault(name), value)!;
}

/// <summary>A field that was given twice.</summary>
internal sealed class HoconOverride : HoconUnresolved
{
    private readonly HoconUnresolved _before;
    private readonly HoconUnresolved _value;

    // Kept, as the value may refer to what was before, which in turn may be such a pair: without, each one would double the work.
    private HoconNode? _resolved;
    private bool _isResolved;

    private HoconOverride(HoconUnresolved before, HoconUnresolved value) => (_before, _value) = (before, value);

    /// <summary>Both, or the one that there is.</summary>
    public static HoconUnresolved? Of(HoconUnresolved? before, HoconUnresolved? value) =>
        before is null || value is null ? value ?? before : new HoconOverride(before, value);

    public override HoconNode? Resolve(HoconScope scope)
    {
        if (!_isResolved)
            (_resolved, _isResolved) = (Merge(scope), true);
        return _resolved;
    }

    public override HoconUnresolved? Field(string name, HoconScope scope) =>
        Of(_value.Hides(scope) ? null : _before.Field(name, scope), _value.Field(name, scope));

    public override bool Hides(HoconScope scope) => _value.Hides(scope) || _before.Hides(scope);

    private HoconNode? Merge(HoconScope scope)
    {
        var over = _value.Resolve(scope);
        if (over is null)
            return _before.Resolve(scope);
        return over is HoconTree tree && _before.Resolve(scope) is HoconTree below ? tree.WithFallback(below) : over;
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

/// <summary>Text.</summary>
internal sealed class HoconLiteral(string text, bool isQuoted) : HoconUnresolved
{
    /// <summary>Whether it is null, if nothing is joined to it.</summary>
    public bool IsNull => !isQuoted && text == "null";

    public override HoconNode Resolve(HoconScope scope) => new HoconText(text);
}
