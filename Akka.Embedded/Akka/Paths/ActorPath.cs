using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Akka.Actor;

/// <summary>
/// Where an actor stands in the tree: its name and its parent's path. Strings are only made when somebody asks for one.
/// Two paths are equal if all names are; the uid, which tells one incarnation of a name from the next, is not compared.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    /// <summary>The characters besides letters and digits that a name may hold; it may not begin with <c>$</c>.</summary>
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private protected ActorPath(string name, long uid)
    {
        Name = name;
        Uid = uid;
    }

    /// <summary>The last element; empty for the root.</summary>
    public string Name { get; }

    /// <summary>Tells incarnations of the same path apart; 0 where there is none.</summary>
    public long Uid { get; }

    /// <summary>The path of the parent; the root is its own parent.</summary>
    public abstract ActorPath Parent { get; }

    /// <summary>The path <c>/</c>.</summary>
    public abstract ActorPath Root { get; }

    /// <summary>The address of the actor system.</summary>
    public abstract Address Address { get; }

    /// <summary>How many elements there are; 0 for the root.</summary>
    public int Depth
    {
        get
        {
            var depth = 0;
            for (ActorPath path = this; path is ChildActorPath; path = path.Parent)
                depth++;
            return depth;
        }
    }

    /// <summary>The names from the root down.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            var i = elements.Length;
            for (ActorPath path = this; path is ChildActorPath; path = path.Parent)
                elements[--i] = path.Name;
            return elements;
        }
    }

    /// <summary>The path of a child.</summary>
    /// <param name="childName">The child's name.</param>
    public ActorPath Child(string childName) => new ChildActorPath(this, childName, ActorCell.UndefinedUid);

    /// <summary>Whether a string may be the name of an actor: letters, digits, <see cref="ValidSymbols"/> and %XX, not beginning with $.</summary>
    /// <param name="s">The name.</param>
    public static bool IsValidPathElement(string? s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;

        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c, StringComparison.Ordinal))
                continue;
            if (c != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2]))
                return false;
            i += 2;
        }

        return true;
    }

    /// <summary>Reads <c>akka://system/a/b#uid</c>.</summary>
    /// <param name="path">The text.</param>
    /// <exception cref="UriFormatException">It is not a path.</exception>
    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Cannot parse an actor path: {path}");

    /// <summary>Reads <c>akka://system/a/b#uid</c>.</summary>
    /// <param name="path">The text.</param>
    /// <param name="actorPath">What it says.</param>
    /// <returns>False if it is not a path.</returns>
    public static bool TryParse(string path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
            return false;

        var rest = path.AsSpan(scheme + 3);
        var slash = rest.IndexOf('/');
        var system = slash < 0 ? rest : rest[..slash];
        if (system.IsEmpty || system.Contains('@'))
            return false;

        ActorPath current = new RootActorPath(new Address(path[..scheme], system.ToString()));
        if (slash >= 0)
        {
            var elements = rest[(slash + 1)..].ToString();
            var uid = 0L;
            var hash = elements.IndexOf('#', StringComparison.Ordinal);
            if (hash >= 0)
            {
                if (!long.TryParse(elements.AsSpan(hash + 1), out uid))
                    return false;
                elements = elements[..hash];
            }

            var names = elements.Split('/', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < names.Length; i++)
                current = new ChildActorPath(current, names[i], i == names.Length - 1 ? uid : ActorCell.UndefinedUid);
        }

        actorPath = current;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(ActorPath? other)
    {
        if (other is null)
            return false;

        ActorPath left = this, right = other;
        while (!ReferenceEquals(left, right))
        {
            if (left.Name != right.Name)
                return false;
            if (left is RootActorPath || right is RootActorPath)
                return left is RootActorPath && right is RootActorPath && left.Address.Equals(right.Address);
            left = left.Parent;
            right = right.Parent;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Parent.Name);

    /// <inheritdoc/>
    public int CompareTo(ActorPath? other) => other is null ? 1 : string.CompareOrdinal(ToString(), other.ToString());

    /// <summary>The path with its address, such as <c>akka://system/user/a</c>.</summary>
    public override string ToString() => ToStringWithAddress();

    /// <summary>The path with its address, such as <c>akka://system/user/a</c>.</summary>
    public string ToStringWithAddress() => Address + ToStringWithoutAddress();

    /// <summary>The path with its address and its uid, such as <c>akka://system/user/a#7</c>.</summary>
    public string ToSerializationFormat() => ToStringWithUid();

    /// <summary>The path with its address and its uid, such as <c>akka://system/user/a#7</c>.</summary>
    public string ToStringWithUid() => Uid == ActorCell.UndefinedUid ? ToStringWithAddress() : $"{ToStringWithAddress()}#{Uid}";

    /// <summary>The elements alone, such as <c>/user/a</c>.</summary>
    public string ToStringWithoutAddress()
    {
        if (this is RootActorPath)
            return "/";

        var builder = new StringBuilder();
        foreach (var element in Elements)
            builder.Append('/').Append(element);
        return builder.ToString();
    }

    /// <summary>The path of a child.</summary>
    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    /// <summary>The path of a descendant.</summary>
    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        foreach (var element in name)
            path = path.Child(element);
        return path;
    }

    /// <summary>Compares all names.</summary>
    public static bool operator ==(ActorPath? left, ActorPath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Compares all names.</summary>
    public static bool operator !=(ActorPath? left, ActorPath? right) => !(left == right);
}

/// <summary>The path <c>/</c> of an actor system.</summary>
/// <param name="address">Where the system is.</param>
/// <param name="name">Empty.</param>
public sealed class RootActorPath(Address address, string name = "") : ActorPath(name, ActorCell.UndefinedUid)
{
    /// <inheritdoc/>
    public override ActorPath Parent => this;

    /// <inheritdoc/>
    public override ActorPath Root => this;

    /// <inheritdoc/>
    public override Address Address { get; } = address;
}

/// <summary>Any path below the root.</summary>
/// <param name="parentPath">The path of the parent.</param>
/// <param name="name">The last element.</param>
/// <param name="uid">Tells incarnations apart; 0 for none.</param>
public sealed class ChildActorPath(ActorPath parentPath, string name, long uid) : ActorPath(name, uid)
{
    /// <inheritdoc/>
    public override ActorPath Parent { get; } = parentPath;

    /// <inheritdoc/>
    public override ActorPath Root => Parent.Root;

    /// <inheritdoc/>
    public override Address Address => Parent.Address;
}
