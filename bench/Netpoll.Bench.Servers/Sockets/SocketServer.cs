using System.Net;
using System.Net.Sockets;
using Netpoll.Bench.Servers.Hosting;

namespace Netpoll.Bench.Servers.Sockets;

/// <summary>
/// .NET's own <see cref="Socket"/> with an asynchronous loop for each connection, on the thread pool. With <c>--merge</c> one send answers
/// all that one receive brought; without, each request gets its own.
/// </summary>
internal sealed class SocketServer : IEchoServer
{
    /// <inheritdoc/>
    public Task<(IPEndPoint Address, IAsyncDisposable Running)> StartAsync(string[] arguments)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Host.Backlog);
        return Task.FromResult(((IPEndPoint)listener.LocalEndPoint!, (IAsyncDisposable)new Accepting(listener, arguments.Contains("--merge"))));
    }

    /// <summary>Accepts until it is disposed.</summary>
    private sealed class Accepting : IAsyncDisposable
    {
        private readonly Socket _listener;
        private readonly bool _isMerging;
        private readonly Task _loop;

        public Accepting(Socket listener, bool isMerging)
        {
            _listener = listener;
            _isMerging = isMerging;
            _loop = RunAsync();
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _loop;
        }

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    Socket client = await _listener.AcceptAsync();
                    client.NoDelay = true;
                    _ = new SocketConnection(client, _isMerging).RunAsync();
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                // IGNORED: the end.
            }
        }
    }
}
