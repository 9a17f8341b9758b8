using System.Text;

namespace Akka.Configuration;

/// <summary>Paths such as <c>a.b."c.d"</c>.</summary>
internal static class HoconPath
{
    /// <summary>The names of a path. White space at a name's ends is not part of it, unless it is quoted.</summary>
    public static List<string> Split(string path)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        var space = new StringBuilder();
        var quoted = false;
        var begun = false;
        foreach (var c in path)
        {
            if (c == '"')
            {
                quoted = !quoted;
                begun = true;
                Keep();
            }
            else if (c == '.' && !quoted)
            {
                names.Add(name.ToString());
                name.Clear();
                space.Clear();
                begun = false;
            }
            else if (!quoted && char.IsWhiteSpace(c))
            {
                if (begun)
                    space.Append(c);
            }
            else
            {
                begun = true;
                Keep();
                name.Append(c);
            }
        }

        names.Add(name.ToString());
        return names;

        // White space was not the name's end.
        void Keep()
        {
            name.Append(space);
            space.Clear();
        }
    }

    /// <summary>The path of names.</summary>
    public static string Join(IEnumerable<string> names) => string.Join('.', names.Select(Quote));

    private static string Quote(string name) => name.Length == 0 || name.Contains('.', StringComparison.Ordinal) ? $"\"{name}\"" : name;
}
