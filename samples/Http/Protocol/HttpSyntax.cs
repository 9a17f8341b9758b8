using System.Buffers;

namespace HttpSample.Protocol;

/// <summary>What may stand where (RFC 9110, section 5.6; RFC 9112, section 5).</summary>
internal static class HttpSyntax
{
    private static readonly SearchValues<byte> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // A tab is allowed; everything else below the space, and DEL, is not.
    private static readonly SearchValues<byte> s_notInValue = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private static readonly SearchValues<byte> s_host =
        SearchValues.Create("!$%&'()*+,-.:;=[]_~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    public static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExcept(s_token) < 0;

    public static bool IsFieldValue(ReadOnlySpan<byte> text) => text.IndexOfAny(s_notInValue) < 0;

    public static bool IsHost(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(s_host) < 0;

    /// <summary>Without the spaces and tabs around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>
    /// Splits a line of a header or trailer section. No whitespace before the colon, and none at the line's beginning: who reads such lines as
    /// something else finds another request in the same bytes (RFC 9112, sections 5.1 and 5.2).
    /// </summary>
    public static bool TrySplitField(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int colon = line.IndexOf((byte)':');
        name = colon < 0 ? default : line[..colon];
        value = colon < 0 ? default : Trim(line[(colon + 1)..]);
        return IsToken(name) && IsFieldValue(value);
    }

    /// <summary>Takes the next element off a comma-separated list.</summary>
    /// <returns>False when there is none left.</returns>
    public static bool TryTakeElement(ref ReadOnlySpan<byte> list, ref bool isFirst, out ReadOnlySpan<byte> element)
    {
        if (!isFirst)
        {
            if (list.IsEmpty)
            {
                element = default;
                return false;
            }

            // The comma.
            list = list[1..];
        }

        isFirst = false;
        int comma = list.IndexOf((byte)',');
        element = Trim(comma < 0 ? list : list[..comma]);
        list = comma < 0 ? default : list[comma..];
        return true;
    }
}
