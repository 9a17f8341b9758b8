using System.Text;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>Codecs on a connection: bytes that are no frame end it with the reason that is meant for them.</summary>
public sealed class CodecConnectionSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    /// <summary>A codec and bytes that break it.</summary>
    public static TheoryData<string, byte[]> Broken => new()
    {
        { "8-byte length that counts itself", new byte[8] },
        { "length that counts the whole frame", new byte[5] },
        { "varint", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "netstring", [(byte)'x'] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Bytes_that_are_no_frame_end_the_connection_with_a_protocol_error(string subject, byte[] broken)
    {
        IFrameCodec codec = CodecSubjects.Get(subject);
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync("tcp://127.0.0.1:0", HandlerSource.PerConnection(new Script().Props), codec: codec);
        using RawClient client = RawClient.Connect(address);
        byte[] frame = CodecSubjects.Encode(codec, "hello"u8.ToArray());
        client.Send(frame);
        Assert.Equal(frame, client.ReceiveExactly(frame.Length));

        client.Send(broken);

        client.ReceiveEnd();
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal(CloseReason.ProtocolError, closed.Reason);
        Assert.NotEmpty(Assert.IsType<InvalidDataException>(closed.Error).Message);
    }

    [Fact]
    public async Task A_line_server_answers_lines()
    {
        (_, NetAddress address) = await ListenAsync("tcp://127.0.0.1:0", HandlerSource.PerConnection(new Script().Props), codec: Codecs.Line(crLf: true));
        using RawClient client = RawClient.Connect(address);
        client.Send("one\ntw"u8);
        client.Send("o\r\n\r\n"u8);
        Assert.Equal("one\r\ntwo\r\n\r\n", Encoding.ASCII.GetString(client.ReceiveExactly(12)));
    }
}
