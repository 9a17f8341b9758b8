using System.Text;
using Akka.Configuration;
using Netpoll.Actors.Framing;

namespace Netpoll.Actors.Hosting.Configuration;

/// <summary>Makes the codec that a section names, of the settings that the section has for it. Those of other codecs are not looked at.</summary>
internal static class CodecReader
{
    private const int MaxHeaderBytes = 64 * 1024;

    private static readonly Dictionary<string, Func<Section, IFrameCodec>> s_codecs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["length-field"] = LengthField,
        ["varint"] = _ => Codecs.Varint(),
        ["delimiter"] = Delimiter,
        ["line"] = section => Codecs.Line(section.ReadSwitch("line.cr-lf")),
        ["fixed"] = section => Codecs.Fixed(section.ReadInt("fixed.bytes", least: 1)),
        ["raw"] = _ => Codecs.Raw(),
    };

    private static readonly Dictionary<string, int> s_fieldBytes = new(StringComparer.Ordinal)
    {
        ["1"] = 1,
        ["2"] = 2,
        ["3"] = 3,
        ["4"] = 4,
        ["8"] = 8,
    };

    /// <exception cref="ConfigurationException">There is no such codec, or its settings are not allowed.</exception>
    public static IFrameCodec Read(Section section) => section.ReadOneOf("codec", s_codecs)(section);

    private static IFrameCodec LengthField(Section section)
    {
        int offset = section.ReadInt("length-field.offset", least: 0, most: MaxHeaderBytes);
        int bytes = section.ReadOneOf("length-field.bytes", s_fieldBytes);
        LengthFieldOptions options = new()
        {
            FieldBytes = bytes,
            FieldOffset = offset,
            IsLittleEndian = section.ReadSwitch("length-field.little-endian"),
            Adjustment = section.ReadInt("length-field.adjustment", least: int.MinValue),
            StripBytes = section.IsAuto("length-field.strip-bytes") ? null : section.ReadInt("length-field.strip-bytes", least: 0, most: MaxHeaderBytes),
            Header = section.ReadHex("length-field.header"),
        };
        if (options.Header.Length > (options.StripBytes ?? offset + bytes))
        {
            throw section.NotAllowed("length-field.header", "no longer than what is stripped of a frame: the rest of it would belong to the payload");
        }

        return Codecs.LengthField(options);
    }

    private static IFrameCodec Delimiter(Section section)
    {
        const string Key = "delimiter.marks";
        byte[][] marks = [.. section.ReadList(Key).Select(Encoding.UTF8.GetBytes)];
        if (marks.Length == 0)
        {
            throw section.NotAllowed(Key, "a list of at least one text, such as [\";\"]");
        }

        try
        {
            return Codecs.Delimiter(marks, section.ReadSwitch("delimiter.keep"));
        }
        catch (ArgumentException error)
        {
            throw section.NotAllowed(Key, $"a list of texts that are not empty and of which none is complete before another that holds it. {error.Message}", error);
        }
    }
}
