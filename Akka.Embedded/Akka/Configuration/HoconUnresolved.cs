namespace Akka.Configuration;

/// <summary>Something that was read but may hold substitutions, which are resolved when all is read.</summary>
internal abstract class HoconUnresolved
{
    /// <summary>The value, or null if it is an optional substitution of nothing.</summary>
    public abstract HoconNode? Resolve(HoconScope scope);

    /// <summary>A field of it, without resolving the others, which may refer to this one.</summary>
    public virtual HoconUnresolved? Field(string name, HoconScope scope) => null;

    /// <summary>Whether it takes the place of what was said before: text and lists do, objects only add.</summary>
    public virtual bool Hides(HoconScope scope) => true;
}

/// <summary>Where substitutions look.</summary>
/// <param name="root">All that was read, or null before it is.</param>
internal sealed class HoconScope(HoconBuilder? root)
{
    // Paths that are being resolved, and those that are being looked through, against circles.
    private readonly HashSet<string> _resolving = [];
    private readonly HashSet<string> _seeking = [];

    public HoconNode? Resolve(string[] path) =>
        Once(_resolving, path, () => root is not null && Find(root, path) is { } found ? found.Resolve(this) : null);

    /// <summary>A field of what a path leads to.</summary>
    public HoconUnresolved? Field(string[] path, string name) =>
        Once(_seeking, path, () => root is not null ? Find(root, path)?.Field(name, this) : null);

    /// <summary>Whether what a path leads to hides what was said before.</summary>
    public bool Hides(string[] path) =>
        Once(_seeking, path, () => root is not null && Find(root, path) is { } found && found.Hides(this));

    public HoconUnresolved? Find(HoconUnresolved from, IReadOnlyList<string> path)
    {
        HoconUnresolved? node = from;
        for (var i = 0; node is not null && i < path.Count; i++)
            node = node.Field(path[i], this);
        return node;
    }

    private static T Once<T>(HashSet<string> open, string[] path, Func<T> act)
    {
        var text = HoconPath.Join(path);
        if (!open.Add(text))
            throw new ConfigurationException($"HOCON: the substitution ${{{text}}} refers to itself.");
        try
        {
            return act();
        }
        finally
        {
            open.Remove(text);
        }
    }
}

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
/// <param name="path">The names of the path.</param>
/// <param name="isOptional">Whether there may be nothing.</param>
/// <param name="isSelf">Whether it stands in the value of the very field that it names: it means what was said of that before.</param>
/// <param name="before">What was said before, if anything.</param>
internal sealed class HoconSubstitution(string[] path, bool isOptional, bool isSelf, HoconUnresolved? before) : HoconUnresolved
{
    public override HoconNode? Resolve(HoconScope scope)
    {
        if ((isSelf ? before?.Resolve(scope) : scope.Resolve(path)) is { } node)
            return node;
        if (Environment.GetEnvironmentVariable(string.Join('.', path)) is { } variable)
            return new HoconText(variable);
        return isOptional ? null : throw new ConfigurationException($"HOCON: unresolved substitution: {HoconPath.Join(path)}.");
    }

    public override HoconUnresolved? Field(string name, HoconScope scope) => isSelf ? before?.Field(name, scope) : scope.Field(path, name);

    // What was said before is in it.
    public override bool Hides(HoconScope scope) => isSelf || scope.Hides(path);
}
