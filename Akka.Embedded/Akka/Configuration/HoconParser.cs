using System.Text;

namespace Akka.Configuration;

/// <summary>
/// Reads HOCON: JSON without the ceremony. Objects, lists, paths as keys, comments, quoted and triple-quoted text, concatenation, and
/// substitutions, which look in the same text first and then in the environment. There are no includes.
/// </summary>
internal sealed class HoconParser
{
    private readonly HoconReader _reader;
    private readonly HoconBuilder _root = new();

    // The field whose value is being read: its whole path, and what was said of it before.
    private (string[] Path, HoconUnresolved? Before) _field = ([], null);

    private HoconParser(string text) => _reader = new HoconReader(text);

    public static HoconTree Parse(string text) => new HoconParser(text).ReadRoot().Resolve();

    private HoconBuilder ReadRoot()
    {
        _reader.SkipSpace();
        if (_reader.Take("{"))
        {
            ReadFields(_root, "}");
            _reader.SkipSpace();
            _reader.Take(",");
        }

        ReadFields(_root, close: null);
        return _root;
    }

    private void ReadFields(HoconBuilder into, string? close)
    {
        while (true)
        {
            _reader.SkipSpace();
            if (_reader.AtEnd && close is not null)
                throw _reader.Fail($"'{close}' is missing");
            if (_reader.AtEnd || (close is not null && _reader.Take(close)))
                return;

            ReadField(into);
            _reader.SkipSpace();
            _reader.Take(",");
        }
    }

    private void ReadField(HoconBuilder into)
    {
        var path = ReadKey();
        var outer = _field;
        string[] whole = [.. outer.Path, .. path];
        _field = (whole, into == _root ? _root.Find(whole) : HoconOverride.Of(_root.Find(whole), into.Find(path)));
        _reader.SkipSpace();
        if (_reader.Peek() == '{')
            into.Set(path, ReadValue(endsAtText: true));
        else if (_reader.Take("=") || _reader.Take(":"))
            into.Set(path, ReadValue());
        else if (_reader.Take("+="))
            into.Set(path, ReadAppended());
        else
            throw _reader.Fail($"a value is missing after '{string.Join('.', path)}'");
        _field = outer;
    }

    private List<string> ReadKey()
    {
        var names = new List<string>();
        do
            names.Add(ReadName());
        while (_reader.Take("."));
        return names;
    }

    private string ReadName()
    {
        StringBuilder? name = null;
        while (true)
        {
            // White space within a name is part of it, but not at its ends.
            var space = _reader.ReadSpaceInLine();
            var isQuoted = _reader.Peek() == '"';
            var word = isQuoted ? _reader.ReadQuoted() : _reader.ReadUnquotedKey();
            if (word.Length == 0 && !isQuoted)
                return name?.ToString() ?? throw _reader.Fail("a key is missing");
            name = name is null ? new StringBuilder(word) : name.Append(space).Append(word);
        }
    }

    /// <summary>Reads all pieces up to the end of the line, a comma or a closing bracket.</summary>
    /// <param name="endsAtText">Whether text behind an object is the next field's name, as behind <c>name { }</c>.</param>
    private HoconPieces ReadValue(bool endsAtText = false)
    {
        var pieces = new HoconPieces(_reader);
        _reader.SkipSpace();
        while (true)
        {
            var space = _reader.ReadSpaceInLine();
            if (_reader.AtEnd || _reader.AtComment || _reader.Peek() is '\n' or ',' or '}' or ']')
                return pieces.IsEmpty ? throw _reader.Fail("a value is missing") : pieces;

            if (_reader.Take("{"))
            {
                pieces.Add(space, ReadObject());
            }
            else if (_reader.Take("["))
            {
                pieces.Add(space, ReadList());
            }
            else if (_reader.Take("${"))
            {
                pieces.Add(space, ReadSubstitution());
            }
            else if (endsAtText && pieces.EndsWithObject)
            {
                return pieces;
            }
            else
            {
                var isQuoted = _reader.Peek() == '"';
                pieces.Add(space, new HoconLiteral(isQuoted ? _reader.ReadQuoted() : _reader.ReadUnquoted(), isQuoted));
            }
        }
    }

    /// <summary><c>a += b</c> is <c>a = ${?a} [b]</c>.</summary>
    private HoconPieces ReadAppended()
    {
        var before = new HoconSubstitution(_field.Path, isOptional: true, isSelf: true, _field.Before);
        var items = new HoconItems();
        items.Add(ReadValue());
        var pieces = new HoconPieces(_reader);
        pieces.Add(string.Empty, before);
        pieces.Add(string.Empty, items);
        return pieces;
    }

    private HoconBuilder ReadObject()
    {
        var fields = new HoconBuilder();
        ReadFields(fields, "}");
        return fields;
    }

    private HoconItems ReadList()
    {
        var items = new HoconItems();
        while (true)
        {
            _reader.SkipSpace(commas: true);
            if (_reader.AtEnd)
                throw _reader.Fail("']' is missing");
            if (_reader.Take("]"))
                return items;

            items.Add(ReadValue());
        }
    }

    private HoconSubstitution ReadSubstitution()
    {
        var isOptional = _reader.Take("?");
        string[] path = [.. HoconPath.Split(_reader.ReadSubstitutionPath())];
        var isSelf = path.AsSpan().SequenceEqual(_field.Path);
        return new HoconSubstitution(path, isOptional, isSelf, isSelf ? _field.Before : null);
    }
}
