using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Netpoll.Bench.Clients;

/// <summary>
/// A pool of plain .NET sockets as one would write it with care: asynchronous, one call at a time on a connection, buffers and time-outs that
/// are used again, nothing allocated for a call.
/// </summary>
internal sealed class RawPoolClient(IPEndPoint server, int maxConnections) : IClient
{
    private readonly SemaphoreSlim _places = new(maxConnections);
    private readonly ConcurrentStack<Connection> _idle = new();
    private readonly ConcurrentBag<Connection> _all = [];

    public async ValueTask CallAsync(byte[] payload, TimeSpan timeout)
    {
        await _places.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_idle.TryPop(out Connection? connection))
            {
                connection = await Connection.OpenAsync(server).ConfigureAwait(false);
                _all.Add(connection);
            }

            await connection.CallAsync(payload, timeout).ConfigureAwait(false);
            _idle.Push(connection);
        }
        finally
        {
            _places.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (Connection connection in _all)
        {
            connection.Dispose();
        }

        _places.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly byte[] _output = new byte[64 * 1024];
        private readonly byte[] _input = new byte[64 * 1024];
        private CancellationTokenSource _timeout = new();

        public static async Task<Connection> OpenAsync(IPEndPoint server)
        {
            Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server).ConfigureAwait(false);
            return new Connection(socket);
        }

        public async ValueTask CallAsync(byte[] payload, TimeSpan timeout)
        {
            _timeout.CancelAfter(timeout);
            BinaryPrimitives.WriteInt32BigEndian(_output, payload.Length);
            payload.CopyTo(_output, 4);
            int length = 4 + payload.Length;
            int sent = 0;
            while (sent < length)
            {
                sent += await socket.SendAsync(_output.AsMemory(sent, length - sent), _timeout.Token).ConfigureAwait(false);
            }

            int have = 0;
            while (have < 4 || have < 4 + BinaryPrimitives.ReadInt32BigEndian(_input))
            {
                int received = await socket.ReceiveAsync(_input.AsMemory(have), _timeout.Token).ConfigureAwait(false);
                have += received > 0 ? received : throw new EndOfStreamException();
            }

            if (have != length)
            {
                throw new InvalidDataException("The answer is not what was sent.");
            }

            if (!_timeout.TryReset())
            {
                _timeout.Dispose();
                _timeout = new CancellationTokenSource();
            }
        }

        public void Dispose()
        {
            socket.Dispose();
            _timeout.Dispose();
        }
    }
}
