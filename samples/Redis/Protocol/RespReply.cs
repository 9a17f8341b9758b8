using System.Text;

namespace RedisSample.Protocol;

/// <summary>Answers as they stand on the wire.</summary>
internal static class RespReply
{
    public static byte[] Ok { get; } = "+OK\r\n"u8.ToArray();

    public static byte[] Pong { get; } = "+PONG\r\n"u8.ToArray();

    public static byte[] Nothing { get; } = "$-1\r\n"u8.ToArray();

    public static byte[] Number(long value) => Encoding.ASCII.GetBytes($":{value}\r\n");

    public static byte[] Text(ReadOnlySpan<byte> value)
    {
        byte[] head = Encoding.ASCII.GetBytes($"${value.Length}\r\n");
        byte[] reply = new byte[head.Length + value.Length + 2];
        head.CopyTo(reply, 0);
        value.CopyTo(reply.AsSpan(head.Length));
        "\r\n"u8.CopyTo(reply.AsSpan(head.Length + value.Length));
        return reply;
    }

    /// <summary>A failure. Its text is one line, whatever the client has put into it.</summary>
    public static byte[] Error(string message) =>
        Encoding.Latin1.GetBytes($"-ERR {message.Replace('\r', ' ').Replace('\n', ' ')}\r\n");
}
