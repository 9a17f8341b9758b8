using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>A peer that is not ours: a plain blocking .NET socket that speaks frames with a 4-byte big-endian length.</summary>
public sealed class RawClient : IDisposable
{
    private RawClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>Connects.</summary>
    /// <param name="address">The server's.</param>
    /// <param name="from">This end's IP address; null for any.</param>
    public static RawClient Connect(NetAddress address, string? from = null)
    {
        Socket socket = address.IsUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(IPAddress.Parse(address.Host).AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        socket.ReceiveTimeout = Eventually.PatienceMillis;
        socket.SendTimeout = Eventually.PatienceMillis;
        socket.Connect(address.IsUnix
            ? new UnixDomainSocketEndPoint(address.IsAbstract ? "\0" + address.Path[1..] : address.Path)
            : new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        return new RawClient(socket);
    }

    /// <summary>A listening socket of somebody else's server, on a free loopback port.</summary>
    public static Socket Listen(out NetAddress address)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        address = NetAddress.FromEndPoint(listener.LocalEndPoint!);
        return listener;
    }

    /// <summary>The server's end of a connection to such a socket.</summary>
    public static async Task<RawClient> AcceptAsync(Socket listener)
    {
        Socket socket = await listener.AcceptAsync().InTime();
        socket.ReceiveTimeout = Eventually.PatienceMillis;
        socket.SendTimeout = Eventually.PatienceMillis;
        return new RawClient(socket);
    }

    public static byte[] Frame(ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[4 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
        payload.CopyTo(frame.AsSpan(4));
        return frame;
    }

    public static byte[] RandomBytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    public void SendFrame(ReadOnlySpan<byte> payload) => Send(Frame(payload));

    public byte[] ReceiveFrame()
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(ReceiveExactly(4));
        return ReceiveExactly(length);
    }

    public byte[] ReceiveExactly(int count)
    {
        byte[] bytes = new byte[count];
        int have = 0;
        while (have < count)
        {
            int received = Socket.Receive(bytes.AsSpan(have));
            if (received == 0)
            {
                throw new EndOfStreamException($"The server closed after {have} of {count} bytes.");
            }

            have += received;
        }

        return bytes;
    }

    /// <summary>Waits for the server's end: true for an orderly close, false for a reset.</summary>
    public bool ReceiveEnd()
    {
        try
        {
            byte[] rest = new byte[4096];
            while (Socket.Receive(rest) > 0)
            {
            }

            return true;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }

    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();
}
