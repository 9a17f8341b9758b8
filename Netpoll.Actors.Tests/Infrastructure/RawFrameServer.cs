using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>
/// A server that is not ours: plain .NET sockets, frames with a 4-byte big-endian length. What it does with a frame is the test's. It can be
/// killed and started again on the same port.
/// </summary>
public sealed class RawFrameServer : IDisposable
{
    private readonly Action<Connection, byte[]> _onFrame;
    private readonly Lock _lock = new();
    private readonly List<Connection> _connections = [];
    private Socket? _listener;
    private int _accepted;

    public RawFrameServer(Action<Connection, byte[]>? onFrame = null)
    {
        _onFrame = onFrame ?? ((connection, frame) => connection.Send(frame));
        _listener = RawClient.Listen(out NetAddress address);
        Address = address;
        _ = AcceptAsync(_listener);
    }

    public NetAddress Address { get; }

    /// <summary>How many connections it has accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>The connections that are open.</summary>
    public List<Connection> Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>Ends the listener and every connection, with a reset.</summary>
    public void Kill()
    {
        _listener?.Dispose();
        _listener = null;
        Connections.ForEach(connection => connection.Reset());
    }

    /// <summary>Listens again where it did.</summary>
    public void Restart()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Parse(Address.Host!), Address.Port));
        listener.Listen();
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    public void Dispose() => Kill();

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Connection connection = new(await listener.AcceptAsync());
                lock (_lock)
                {
                    _connections.Add(connection);
                }

                Interlocked.Increment(ref _accepted);
                _ = ServeAsync(connection);
                if (_listener != listener)
                {
                    connection.Reset();
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // IGNORED: the server was killed.
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        try
        {
            byte[] buffer = new byte[64 * 1024];
            int have = 0;
            while (true)
            {
                int received = await connection.Socket.ReceiveAsync(buffer.AsMemory(have));
                if (received == 0)
                {
                    break;
                }

                have += received;
                int at = 0;
                while (have - at >= 4 && BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at)) is var length && have - at >= 4 + length)
                {
                    _onFrame(connection, buffer[(at + 4)..(at + 4 + length)]);
                    at += 4 + length;
                }

                buffer.AsSpan(at, have - at).CopyTo(buffer);
                have -= at;
                if (have == buffer.Length)
                {
                    Array.Resize(ref buffer, have * 2);
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // IGNORED: the connection was reset.
        }
        finally
        {
            connection.Socket.Dispose();
            lock (_lock)
            {
                _connections.Remove(connection);
            }
        }
    }

    /// <summary>A connection of the server.</summary>
    public sealed class Connection(Socket socket)
    {
        private readonly Lock _lock = new();

        public Socket Socket { get; } = socket;

        /// <summary>Sends a frame. Any thread; does nothing on a connection that has ended.</summary>
        public void Send(ReadOnlySpan<byte> payload)
        {
            byte[] frame = RawClient.Frame(payload);
            try
            {
                lock (_lock)
                {
                    for (int sent = 0; sent < frame.Length;)
                    {
                        sent += Socket.Send(frame.AsSpan(sent));
                    }
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // IGNORED: nobody is there to answer.
            }
        }

        public void Close() => Socket.Dispose();

        public void Reset()
        {
            try
            {
                Socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // IGNORED: it has ended already.
            }

            Socket.Dispose();
        }
    }
}
