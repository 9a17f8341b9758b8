using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Bytes through bare sockets, where a test cares for readiness and not for what they say.</summary>
internal static unsafe class SocketBytes
{
    public static void SendByte(this SocketHandle socket, byte value = 1) =>
        Xunit.Assert.Equal(1, SocketCalls.Send(socket.Descriptor, new IoVector { Base = &value, Length = 1 }).Value);

    /// <summary>Sends until the kernel takes no more; how many bytes that was.</summary>
    public static long Fill(this SocketHandle socket) => Repeat(socket, send: true);

    /// <summary>Reads what there is; how many bytes that was.</summary>
    public static long ReceiveAll(this SocketHandle socket) => Repeat(socket, send: false);

    private static long Repeat(SocketHandle socket, bool send)
    {
        long total = 0;
        fixed (byte* bytes = new byte[65536])
        {
            IoVector vector = new() { Base = bytes, Length = 65536 };
            while (true)
            {
                SysResult moved = send ? SocketCalls.Send(socket.Descriptor, vector) : SocketCalls.Receive(socket.Descriptor, vector);
                if (moved.IsError || moved.Value == 0)
                {
                    return total;
                }

                total += moved.Value;
            }
        }
    }
}
