using System.Text;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Hosting.Configuration;
using Netpoll.Actors.Tests.Framing;
using Xunit;
using HoconText = Netpoll.Actors.Hosting.Configuration.HoconText;

namespace Netpoll.Actors.Tests.Hosting;

/// <summary>Codecs by the names and the settings that a configuration has for them: what they put on the wire.</summary>
public sealed class HostedCodecSpec
{
    private const string Path = "netpoll.listeners.echo";

    [Theory]
    [InlineData("", "00-00-00-02-68-69")]
    [InlineData("Codec=length-field;LengthField:Bytes=2;LengthField:LittleEndian=true", "02-00-68-69")]
    [InlineData("codec=LengthField;length-field:bytes=1;length-field:adjustment=-1", "03-68-69")]
    [InlineData("LengthField:Bytes=2;LengthField:Offset=2;LengthField:Header=CAFE", "CA-FE-00-02-68-69")]
    [InlineData("LengthField:StripBytes=0;LengthField:Bytes=1", "68-69", false)]
    [InlineData("Codec=varint", "02-68-69")]
    [InlineData("Codec=delimiter;Delimiter:Marks:0=\r\n;Delimiter:Marks:1=\"", "68-69-0D-0A")]
    [InlineData("Codec=delimiter;Delimiter:Marks:0=\\;Delimiter:Keep=true", "68-69", false)]
    [InlineData("Codec=line", "68-69-0A")]
    [InlineData("Codec=line;Line:CrLf=true", "68-69-0D-0A")]
    [InlineData("Codec=fixed;Fixed:Bytes=2", "68-69")]
    [InlineData("Codec=raw", "68-69")]
    public void A_section_of_the_applications_configuration_makes_the_codec(string settings, string frame, bool isWhole = true)
    {
        IConfiguration section = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)).Select(pair => new KeyValuePair<string, string?>(pair[0], pair[1])))
            .Build();
        AssertMakes(frame, isWhole, new HoconText(Path).AddAll(section).ToConfig());

        // And the options that the framework binds to it say the same.
        NetpollListenerOptions options = section.Get<NetpollListenerOptions>() ?? new NetpollListenerOptions();
        if (!settings.Contains('-', StringComparison.Ordinal) || settings.StartsWith("Codec=length-field", StringComparison.Ordinal))
        {
            AssertMakes(frame, isWhole, options.ToConfig(Path));
        }
    }

    [Theory]
    [InlineData("codec = delimiter, delimiter.marks = [\"--\", \"==\"]", "68-69-2D-2D")]
    [InlineData("codec = delimiter, delimiter.marks = \"--\"", "68-69-2D-2D")]
    [InlineData("codec = length-field, length-field { bytes = 8, little-endian = on, adjustment = -8 }", "0A-00-00-00-00-00-00-00-68-69")]
    public void Hocon_makes_it_too(string settings, string frame) =>
        AssertMakes(frame, isWhole: true, ConfigurationFactory.ParseString($"{Path} {{ {settings} }}"));

    [Theory]
    [InlineData("delimiter.marks = [\"\"]")]
    [InlineData("delimiter.marks = [\"abc\", \"b\"]")]
    public void Marks_that_make_no_sense_are_refused_by_their_path(string marks)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(
            () => CodecReader.Read(new Section(ConfigurationFactory.ParseString($"{Path} {{ codec = delimiter, {marks} }}"), Path, "netpoll.listener")));
        Assert.StartsWith($"{Path}.delimiter.marks is '", error.Message, StringComparison.Ordinal);
    }

    // Whole: the codec adds everything that its frame has besides the payload, so that it reads what it writes.
    private static void AssertMakes(string frame, bool isWhole, Config config)
    {
        IFrameCodec codec = CodecReader.Read(new Section(config, Path, "netpoll.listener"));
        byte[] bytes = CodecSubjects.Encode(codec, Encoding.ASCII.GetBytes("hi"));
        Assert.Equal(frame, BitConverter.ToString(bytes));
        if (isWhole)
        {
            Assert.Equal(DecodeStatus.Complete, codec.TryDecode(new(bytes), out FrameBounds bounds));
            Assert.Equal(2, bounds.PayloadBytes);
        }
    }
}
