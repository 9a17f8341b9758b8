using System.Text.RegularExpressions;
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Which texts fit, and how to say so. Case does not matter, but to a regular expression that says it does.</summary>
internal sealed class TextMatcher
{
    public static readonly TextMatcher Any = new("", static _ => true);

    private readonly string _name;
    private readonly Predicate<string> _fits;

    private TextMatcher(string name, Predicate<string> fits)
    {
        _name = name;
        _fits = fits;
    }

    /// <summary>The first that is given decides.</summary>
    public static TextMatcher Message(string? message, string? start, string? contains) => (message, start, contains) switch
    {
        ({ } whole, _, _) => new($" whose message is \"{whole}\"", text => AreEqual(text, whole)),
        (_, { } head, _) => new($" whose message starts with \"{head}\"", text => text.StartsWith(head, StringComparison.OrdinalIgnoreCase)),
        (_, _, { } part) => new($" whose message contains \"{part}\"", text => text.Contains(part, StringComparison.OrdinalIgnoreCase)),
        _ => Any,
    };

    public static TextMatcher Message(Regex pattern) => new($" whose message matches \"{pattern}\"", pattern.IsMatch);

    /// <summary>The whole source, or an actor's path without the address.</summary>
    public static TextMatcher Source(string? source) => source is null
        ? Any
        : new(
            $" from \"{source}\"",
            text => AreEqual(text, source) || (ActorPath.TryParse(text, out var path) && AreEqual(path.ToStringWithoutAddress(), source)));

    public bool Fits(string text) => _fits(text);

    public override string ToString() => _name;

    private static bool AreEqual(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
