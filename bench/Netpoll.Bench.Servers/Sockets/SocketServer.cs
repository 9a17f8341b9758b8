using System.Net;
using System.Net.Sockets;
using Netpoll.Bench.Servers.Hosting;

namespace Netpoll.Bench.Servers.Sockets;

/// <summary>.NET's own <see cref="Socket"/> with an asynchronous loop for each connection, on the thread pool.</summary>
internal sealed class SocketServer : IEchoServer
{
    /// <inheritdoc/>
    public Task<(IPEndPoint Address, IAsyncDisposable Running)> StartAsync(string[] arguments)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Host.Backlog);
        return Task.FromResult(((IPEndPoint)listener.LocalEndPoint!, (IAsyncDisposable)new Accepting(listener)));
    }

    /// <summary>Accepts until it is disposed.</summary>
    private sealed class Accepting : IAsyncDisposable
    {
        private readonly Socket _listener;
        private readonly Task _loop;

        public Accepting(Socket listener)
        {
            _listener = listener;
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
                    _ = new SocketConnection(client).RunAsync();
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                // IGNORED: the end.
            }
        }
    }
}
