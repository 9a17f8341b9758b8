using Netpoll.Actors.Hosting.Configuration;

namespace Netpoll.Actors.Hosting;

/// <summary>The form of a length field, for the codec <c>length-field</c>. Null leaves a setting as it is.</summary>
public sealed class NetpollLengthFieldOptions
{
    /// <summary>Bytes of the field: 1, 2, 3, 4 or 8. Defaults to 4.</summary>
    public int? Bytes { get; set; }

    /// <summary>Whether the field's least significant byte comes first. Defaults to false.</summary>
    public bool? LittleEndian { get; set; }

    /// <summary>Bytes before the field, 0 to 65,536. Defaults to 0.</summary>
    public int? Offset { get; set; }

    /// <summary>Bytes behind the field that its value does not count, or, less than 0, up to its end that it does. Defaults to 0.</summary>
    public int? Adjustment { get; set; }

    /// <summary>How many of a frame's first bytes do not belong to the payload, 0 to 65,536. Defaults to all up to the end of the field.</summary>
    public int? StripBytes { get; set; }

    /// <summary>What sending writes for the stripped bytes, in hexadecimal digits; the field is written over it. Defaults to nothing: zeros.</summary>
    public string? Header { get; set; }

    internal void Write(HoconText text) => text
        .Add("length-field.bytes", Bytes)
        .Add("length-field.little-endian", LittleEndian)
        .Add("length-field.offset", Offset)
        .Add("length-field.adjustment", Adjustment)
        .Add("length-field.strip-bytes", StripBytes)
        .Add("length-field.header", Header);
}

/// <summary>What ends a frame, for the codec <c>delimiter</c>. Null and nothing leave a setting as it is.</summary>
public sealed class NetpollDelimiterOptions
{
    /// <summary>The marks, as text that is sent as UTF-8; the first one that comes ends a frame, and the first of all is the one that is sent. They have no default.</summary>
    public IList<string> Marks { get; } = [];

    /// <summary>Whether the mark belongs to the payload. Defaults to false.</summary>
    public bool? Keep { get; set; }

    internal void Write(HoconText text) => text.Add("delimiter.marks", Marks).Add("delimiter.keep", Keep);
}

/// <summary>What ends a line that is sent, for the codec <c>line</c>; either end is taken. Null leaves a setting as it is.</summary>
public sealed class NetpollLineOptions
{
    /// <summary>Whether it is a carriage return and a line feed. Defaults to false: a line feed.</summary>
    public bool? CrLf { get; set; }

    internal void Write(HoconText text) => text.Add("line.cr-lf", CrLf);
}

/// <summary>The length of all frames, for the codec <c>fixed</c>. Null leaves a setting as it is.</summary>
public sealed class NetpollFixedOptions
{
    /// <summary>Bytes of a frame, at least 1. It has no default.</summary>
    public int? Bytes { get; set; }

    internal void Write(HoconText text) => text.Add("fixed.bytes", Bytes);
}
