using System.Globalization;
using System.Text;

namespace Akka.Configuration;

/// <summary>
/// A place in HOCON's text: reads white space, comments, quoted and unquoted text. What they mean together is <see cref="HoconParser"/>'s.
/// </summary>
internal sealed class HoconReader(string text)
{
    // What only quoted text may hold, but for those that end an unquoted one. A plus may be in it, as Akka has it.
    private const string Forbidden = "$:=`^?!@*&\\";

    private int _at;

    public int At => _at;

    public bool AtEnd => _at >= text.Length;

    public bool AtComment => Peek() == '#' || (Peek() == '/' && Peek(1) == '/');

    public char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    /// <summary>Goes on behind what is expected, if it is here.</summary>
    public bool Take(string expected)
    {
        if (string.CompareOrdinal(text, _at, expected, 0, expected.Length) != 0)
            return false;
        _at += expected.Length;
        return true;
    }

    /// <summary>Skips white space, lines' ends and comments.</summary>
    /// <param name="commas">Whether to skip commas too.</param>
    public void SkipSpace(bool commas = false)
    {
        while (!AtEnd)
        {
            if (Peek() is ' ' or '\t' or '\r' or '\uFEFF' or '\n' || (commas && Peek() == ','))
                _at++;
            else if (AtComment)
                _at = IndexOrEnd('\n');
            else
                return;
        }
    }

    public string ReadSpaceInLine()
    {
        var start = _at;
        while (Peek() is ' ' or '\t' or '\r' or '\uFEFF')
            _at++;
        return text[start.._at];
    }

    /// <summary>Reads a word of a value.</summary>
    public string ReadUnquoted()
    {
        var start = _at;
        while (!AtEnd && !AtComment && Peek() is not ('\n' or '\r' or ' ' or '\t' or ',' or '{' or '}' or '[' or ']' or '"'))
        {
            if (Peek() == '$' && Peek(1) == '{')
                break;
            RefuseForbidden();
            _at++;
        }

        return text[start.._at];
    }

    /// <summary>Reads a word of a key; empty at the key's end.</summary>
    public string ReadUnquotedKey()
    {
        var start = _at;
        while (!AtEnd && !AtComment && Peek() is not ('\n' or '\r' or ' ' or '\t' or ',' or '{' or '}' or '[' or ']' or '"'))
        {
            if (Peek() is '.' or '=' or ':' || (Peek() == '+' && Peek(1) == '='))
                break;
            RefuseForbidden();
            _at++;
        }

        return text[start.._at];
    }

    /// <summary>Reads the rest of <c>${path}</c>.</summary>
    public string ReadSubstitutionPath()
    {
        var end = text.AsSpan(_at).IndexOfAny('}', '\n') + _at;
        if (end < _at || text[end] != '}')
            throw Fail("'}' is missing");
        var path = text[_at..end].Trim();
        _at = end + 1;
        return path.Length != 0 ? path : throw Fail("a substitution's path is missing");
    }

    public string ReadQuoted()
    {
        if (Take("\"\"\""))
            return ReadRaw();

        _at++;
        var result = new StringBuilder();
        while (true)
        {
            if (AtEnd || Peek() == '\n')
                throw Fail("'\"' is missing");
            var c = text[_at++];
            if (c == '"')
                return result.ToString();
            result.Append(c == '\\' ? ReadEscape() : c);
        }
    }

    public ConfigurationException Fail(string what) => Fail(what, _at);

    public ConfigurationException Fail(string what, int at)
    {
        var line = 1 + text.AsSpan(0, Math.Min(at, text.Length)).Count('\n');
        return new ConfigurationException($"HOCON, line {line}: {what}.");
    }

    private string ReadRaw()
    {
        var end = text.IndexOf("\"\"\"", _at, StringComparison.Ordinal);
        if (end < 0)
            throw Fail("\"\"\" is missing");

        // Of more quotes than three, the last three are the end.
        while (end + 3 < text.Length && text[end + 3] == '"')
            end++;
        var raw = text[_at..end];
        _at = end + 3;
        return raw;
    }

    private char ReadEscape()
    {
        var c = Peek();
        _at++;
        switch (c)
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u' when _at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.HexNumber, null, out var code):
                _at += 4;
                return (char)code;
            case '"' or '\\' or '/':
                return c;
            default:
                throw Fail($"unknown escape '\\{c}'");
        }
    }

    private void RefuseForbidden()
    {
        var c = Peek();
        if (c is '=' or ':')
            throw Fail($"text with '{c}' must be quoted; between two fields there must be a comma or a line's end");
        if (Forbidden.Contains(c, StringComparison.Ordinal))
            throw Fail($"text with '{c}' must be quoted");
    }

    private int IndexOrEnd(char c)
    {
        var index = text.IndexOf(c, _at);
        return index < 0 ? text.Length : index;
    }
}
