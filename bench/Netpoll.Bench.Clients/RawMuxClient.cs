using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Netpoll.Bench.Clients;

/// <summary>
/// Many calls on few plain .NET sockets, in the usual way: a lock around writing, a loop that reads, ids of 8 bytes and a dictionary between them.
/// </summary>
internal sealed class RawMuxClient : IClient
{
    private readonly Connection[] _connections;
    private int _turn;

    private RawMuxClient(Connection[] connections) => _connections = connections;

    public static async Task<RawMuxClient> OpenAsync(IPEndPoint server, int connections)
    {
        Connection[] all = new Connection[connections];
        for (int i = 0; i < connections; i++)
        {
            all[i] = await Connection.OpenAsync(server);
        }

        return new RawMuxClient(all);
    }

    public ValueTask CallAsync(byte[] payload, TimeSpan timeout) =>
        _connections[(uint)Interlocked.Increment(ref _turn) % (uint)_connections.Length].CallAsync(payload, timeout);

    public ValueTask DisposeAsync()
    {
        Array.ForEach(_connections, connection => connection.Dispose());
        return ValueTask.CompletedTask;
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private const int HeadBytes = 12;

        private readonly SemaphoreSlim _writing = new(1);
        private readonly ConcurrentDictionary<long, TaskCompletionSource<int>> _open = new();
        private long _lastId;

        public static async Task<Connection> OpenAsync(IPEndPoint server)
        {
            Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server);
            Connection connection = new(socket);
            _ = Task.Run(connection.ReadAsync);
            return connection;
        }

        public async ValueTask CallAsync(byte[] payload, TimeSpan timeout)
        {
            long id = Interlocked.Increment(ref _lastId);
            TaskCompletionSource<int> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _open[id] = answer;
            byte[] frame = ArrayPool<byte>.Shared.Rent(HeadBytes + payload.Length);
            try
            {
                BinaryPrimitives.WriteInt32BigEndian(frame, 8 + payload.Length);
                BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(4), id);
                payload.CopyTo(frame, HeadBytes);
                await _writing.WaitAsync().ConfigureAwait(false);
                try
                {
                    int length = HeadBytes + payload.Length;
                    for (int sent = 0; sent < length;)
                    {
                        sent += await socket.SendAsync(frame.AsMemory(sent, length - sent)).ConfigureAwait(false);
                    }
                }
                finally
                {
                    _writing.Release();
                }

                if (await answer.Task.WaitAsync(timeout).ConfigureAwait(false) != payload.Length)
                {
                    throw new InvalidDataException("The answer is not what was sent.");
                }
            }
            finally
            {
                _open.TryRemove(id, out _);
                ArrayPool<byte>.Shared.Return(frame);
            }
        }

        public void Dispose()
        {
            socket.Dispose();
            _writing.Dispose();
        }

        private async Task ReadAsync()
        {
            byte[] input = new byte[256 * 1024];
            int have = 0;
            try
            {
                while (true)
                {
                    int received = await socket.ReceiveAsync(input.AsMemory(have)).ConfigureAwait(false);
                    if (received == 0)
                    {
                        return;
                    }

                    have += received;
                    int at = 0;
                    while (have - at >= HeadBytes && BinaryPrimitives.ReadInt32BigEndian(input.AsSpan(at)) is var length && have - at >= 4 + length)
                    {
                        if (_open.TryRemove(BinaryPrimitives.ReadInt64BigEndian(input.AsSpan(at + 4)), out TaskCompletionSource<int>? answer))
                        {
                            answer.TrySetResult(length - 8);
                        }

                        at += 4 + length;
                    }

                    input.AsSpan(at, have - at).CopyTo(input);
                    have -= at;
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // IGNORED: the client was disposed of.
            }
        }
    }
}
