using System.Net;

namespace Netpoll.Bench.Servers.Hosting;

/// <summary>
/// A server that answers each frame (4 bytes of length, big-endian, and a body) with the same bytes: no part of an answer before its
/// request is whole, and never out of the request's own buffer.
/// </summary>
internal interface IEchoServer
{
    /// <summary>Starts to listen on a free port of 127.0.0.1.</summary>
    /// <param name="arguments">What its own options are.</param>
    /// <returns>Where it listens. Disposing the second ends it.</returns>
    Task<(IPEndPoint Address, IAsyncDisposable Running)> StartAsync(string[] arguments);
}
