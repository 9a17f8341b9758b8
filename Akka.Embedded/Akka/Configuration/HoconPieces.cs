using System.Text;

namespace Akka.Configuration;

/// <summary>The pieces of one value: text is joined, lists are joined, objects are merged. They do not mix.</summary>
internal sealed class HoconPieces(HoconReader reader) : HoconUnresolved
{
    private readonly List<(string Space, HoconUnresolved Piece)> _pieces = [];
    private readonly int _at = reader.At;

    public bool IsEmpty => _pieces.Count == 0;

    public bool EndsWithObject => _pieces is [.., (_, HoconBuilder)];

    /// <summary>Adds a piece.</summary>
    /// <param name="space">The white space before it, which text keeps.</param>
    /// <param name="piece">The piece.</param>
    public void Add(string space, HoconUnresolved piece) => _pieces.Add((IsEmpty ? string.Empty : space, piece));

    public override HoconNode? Resolve(HoconScope scope)
    {
        if (_pieces is [var (_, only)])
            return only is HoconLiteral { IsNull: true } ? new HoconText(null) : only.Resolve(scope);

        HoconNode? whole = null;
        var space = new StringBuilder();
        foreach (var (before, piece) in _pieces)
        {
            space.Append(before);
            if (piece.Resolve(scope) is { } node and not HoconText { Text: null })
            {
                whole = whole is null && node is not HoconText ? node : Join(whole, space.ToString(), node);
                space.Clear();
            }
        }

        return whole is null or HoconText && space.Length != 0 ? Join(whole, space.ToString(), new HoconText(string.Empty)) : whole;
    }

    public override HoconUnresolved? Field(string name, HoconScope scope)
    {
        HoconUnresolved? field = null;
        foreach (var (_, piece) in _pieces)
            field = HoconOverride.Of(field, piece.Field(name, scope));
        return field;
    }

    public override bool Hides(HoconScope scope) => _pieces.Exists(entry => entry.Piece.Hides(scope));

    private HoconNode Join(HoconNode? first, string space, HoconNode next) => (first, next) switch
    {
        (null, HoconText text) => new HoconText(space + text.Text),
        (HoconText start, HoconText text) => new HoconText(start.Text + space + text.Text),
        (HoconTree below, HoconTree over) => over.WithFallback(below),
        (HoconList start, HoconList end) => new HoconList([.. start.Items, .. end.Items]),
        _ => throw reader.Fail("text, objects and lists do not join with one another; a comma or a line's end may be missing between them", _at),
    };
}
