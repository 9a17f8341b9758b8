using System.Text;

namespace Akka.Configuration;

/// <summary>
/// Reads HOCON: JSON without the ceremony. Objects, lists, paths as keys, comments, quoted and triple-quoted text, concatenation, and
/// substitutions, which look in the same text first and then in the environment. There are no includes.
/// </summary>
internal sealed class HoconParser(string text)
{
    private int _at;

    public static HoconTree Parse(string text)
    {
        var parser = new HoconParser(text);
        var root = new HoconBuilder();
        parser.SkipSpace(lines: true);
        if (parser.Peek() == '{')
        {
            parser._at++;
            parser.ReadFields(root, '}');
            parser.SkipSpace(lines: true);
        }

        parser.ReadFields(root, '\0');
        return root.Resolve();
    }

    private char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private bool AtEnd => _at >= text.Length;

    private void ReadFields(HoconBuilder into, char close)
    {
        while (true)
        {
            SkipSpace(lines: true, commas: true);
            if (AtEnd)
            {
                if (close != '\0')
                    throw Fail($"'{close}' is missing");
                return;
            }

            if (Peek() == close)
            {
                _at++;
                return;
            }

            ReadField(into);
        }
    }

    private void ReadField(HoconBuilder into)
    {
        var path = ReadKey();
        SkipSpace(lines: true);
        switch (Peek())
        {
            case '{':
                into.Set(path, ReadValue());
                break;
            case '=' or ':':
                _at++;
                into.Set(path, ReadValue());
                break;
            case '+' when Peek(1) == '=':
                _at += 2;
                into.Append(path, ReadValue());
                break;
            default:
                throw Fail($"a value is missing after '{string.Join('.', path)}'");
        }
    }

    private List<string> ReadKey()
    {
        var names = new List<string>();
        var name = new StringBuilder();
        while (!AtEnd)
        {
            var c = Peek();
            if (c == '"')
            {
                name.Append(ReadQuoted());
            }
            else if (c == '.')
            {
                _at++;
                names.Add(name.ToString().Trim());
                name.Clear();
            }
            else if (c is '=' or ':' or '{' or '\n' or '}' or '[' or ']' or ',' || (c == '+' && Peek(1) == '='))
            {
                break;
            }
            else
            {
                name.Append(c);
                _at++;
            }
        }

        names.Add(name.ToString().Trim());
        if (names.Exists(string.IsNullOrEmpty))
            throw Fail("a key is missing");
        return names;
    }

    /// <summary>Reads all pieces up to the end of the line, a comma or a closing bracket.</summary>
    private HoconPieces ReadValue()
    {
        var pieces = new HoconPieces();
        SkipSpace(lines: true);
        while (true)
        {
            var space = ReadSpaceInLine();
            var c = Peek();
            if (AtEnd || c is '\n' or ',' or '}' or ']' or '#' || (c == '/' && Peek(1) == '/'))
                return pieces;

            pieces.AddSpace(space);
            if (c == '{')
                pieces.Add(ReadObject());
            else if (c == '[')
                pieces.Add(ReadList());
            else if (c == '$' && Peek(1) == '{')
                pieces.Add(ReadSubstitution());
            else if (c == '"')
                pieces.Add(new HoconText(ReadQuoted()));
            else
                pieces.AddUnquoted(ReadUnquoted());
        }
    }

    private HoconBuilder ReadObject()
    {
        _at++;
        var fields = new HoconBuilder();
        ReadFields(fields, '}');
        return fields;
    }

    private HoconItems ReadList()
    {
        _at++;
        var items = new HoconItems();
        while (true)
        {
            SkipSpace(lines: true, commas: true);
            if (AtEnd)
                throw Fail("']' is missing");
            if (Peek() == ']')
            {
                _at++;
                return items;
            }

            items.Add(ReadValue());
        }
    }

    private HoconSubstitution ReadSubstitution()
    {
        _at += 2;
        var optional = Peek() == '?';
        if (optional)
            _at++;
        var end = text.IndexOf('}', _at);
        if (end < 0)
            throw Fail("'}' is missing");
        var path = text[_at..end].Trim();
        _at = end + 1;
        return new HoconSubstitution(path, optional);
    }

    private string ReadUnquoted()
    {
        var start = _at;
        while (!AtEnd)
        {
            var c = Peek();
            if (c is '\n' or '\r' or ',' or '{' or '}' or '[' or ']' or '#' or '"' or ' ' or '\t' || (c == '$' && Peek(1) == '{')
                || (c == '/' && Peek(1) == '/'))
            {
                break;
            }

            _at++;
        }

        return text[start.._at];
    }

    private string ReadQuoted()
    {
        if (Peek(1) == '"' && Peek(2) == '"')
        {
            var end = text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
            if (end < 0)
                throw Fail("\"\"\" is missing");
            var raw = text[(_at + 3)..end];
            _at = end + 3;
            return raw;
        }

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
            case 'u' when _at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), System.Globalization.NumberStyles.HexNumber, null, out var code):
                _at += 4;
                return (char)code;
            case '"' or '\\' or '/':
                return c;
            default:
                throw Fail($"unknown escape '\\{c}'");
        }
    }

    private string ReadSpaceInLine()
    {
        var start = _at;
        while (Peek() is ' ' or '\t' or '\r')
            _at++;
        return text[start.._at];
    }

    private void SkipSpace(bool lines, bool commas = false)
    {
        while (!AtEnd)
        {
            var c = Peek();
            if (c is ' ' or '\t' or '\r' or '\uFEFF' || (lines && c == '\n') || (commas && c == ','))
            {
                _at++;
            }
            else if (c == '#' || (c == '/' && Peek(1) == '/'))
            {
                var end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private FormatException Fail(string what)
    {
        var line = 1 + text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n');
        return new FormatException($"HOCON, line {line}: {what}.");
    }
}
