using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A client that has nothing of this repository in it: <see cref="Socket"/> and a 4-byte big-endian length.</summary>
internal sealed class RawPeer : IDisposable
{
    /// <summary>Only ends a test that would hang.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;

    private RawPeer(Socket socket) => _socket = socket;

    public static async Task<RawPeer> ConnectAsync(NetAddress address)
    {
        EndPoint endPoint = address.IsUnix ? new UnixDomainSocketEndPoint(address.Path) : new IPEndPoint(IPAddress.Parse(address.Host), address.Port);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, address.IsUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!address.IsUnix)
        {
            socket.NoDelay = true;
        }

        await socket.ConnectAsync(endPoint).WaitAsync(s_patience);
        return new RawPeer(socket);
    }

    /// <summary>A frame with this body.</summary>
    public static byte[] Frame(byte[] body)
    {
        byte[] frame = new byte[sizeof(int) + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, sizeof(int));
        return frame;
    }

    /// <summary>A frame with a random body.</summary>
    public static byte[] Frame(int bodyBytes)
    {
        byte[] body = new byte[bodyBytes];
        new Random(bodyBytes).NextBytes(body);
        return Frame(body);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes).AsTask().WaitAsync(s_patience)..];
        }
    }

    public async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int n = await _socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().WaitAsync(s_patience);
            received += n > 0 ? n : throw new EndOfStreamException($"the server closed after {received} of {count} bytes");
        }

        return bytes;
    }

    /// <summary>Waits until the server ends the connection, and returns what it sent before.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        using var received = new MemoryStream();
        byte[] buffer = new byte[65536];
        try
        {
            while (await _socket.ReceiveAsync(buffer).WaitAsync(s_patience) is int n and > 0)
            {
                received.Write(buffer, 0, n);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            // IGNORED: a reset is an end too; closing with unread bytes in the socket makes one (RFC 1122, 4.2.2.13).
        }

        return received.ToArray();
    }

    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
