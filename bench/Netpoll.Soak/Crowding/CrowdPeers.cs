using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Netpoll.Soak.Crowding;

/// <summary>The process of the slow readers and the floods: crowds a server until its input ends.</summary>
internal static class CrowdPeers
{
    /// <summary>What it says once it is at it.</summary>
    public const string Announcement = "crowding";

    /// <summary>The body of a request, in bytes: what the measured ones have.</summary>
    private const int BodyBytes = 1024;

    private const int FramesPerSend = 64;

    private static readonly byte[] s_frames = Frames();

    public static async Task RunAsync(IPEndPoint server, int slowReaders, int floods)
    {
        for (int i = 0; i < slowReaders + floods; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server);
            _ = SendAllItCanAsync(socket);
            _ = i < slowReaders ? ReadAsync(socket, bytes: 512, TimeSpan.FromMilliseconds(50)) : ReadAsync(socket, bytes: 256 * 1024, TimeSpan.Zero);
        }

        Console.WriteLine(Announcement);
        await Console.In.ReadToEndAsync();
    }

    private static async Task SendAllItCanAsync(Socket socket)
    {
        while (true)
        {
            await socket.SendAsync(s_frames);
        }
    }

    private static async Task ReadAsync(Socket socket, int bytes, TimeSpan pause)
    {
        byte[] into = new byte[bytes];
        while (await socket.ReceiveAsync(into) > 0)
        {
            await Task.Delay(pause);
        }
    }

    private static byte[] Frames()
    {
        byte[] frame = new byte[4 + BodyBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, BodyBytes);
        return [.. Enumerable.Repeat(frame, FramesPerSend).SelectMany(bytes => bytes)];
    }
}
