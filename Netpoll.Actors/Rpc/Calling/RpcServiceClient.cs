using System.Text;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>
/// A client of the RPC protocol (<c>docs/rpc-protocol.md</c>): connections to one server, or to several that do the same, and the methods to call
/// there. Make it once, ask it once for each method, and keep both. Any thread.
/// </summary>
/// <remarks>
/// Everything of <see cref="RpcChannel"/> holds: mux or pool, reconnecting, retries, several servers. A call that is given up, by its time-out or its
/// token, is cancelled at the server, and the connection stays usable. A trace that is under way goes along with each call.
/// </remarks>
public sealed class RpcServiceClient : IAsyncDisposable
{
    private readonly RpcChannel _channel;
    private readonly IRpcSerializer _serializer;

    internal RpcServiceClient(NetpollExtension netpoll, IReadOnlyList<NetAddress> addresses, IRpcSerializer serializer, RpcClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _serializer = serializer;
        _channel = new RpcChannel(netpoll, addresses, RpcCodec.Client, (options ?? RpcClientOptions.Default) with { Protocol = RpcCallProtocol.Instance });
    }

    /// <summary>A method that answers with a value.</summary>
    /// <param name="name">Its name at the server, 1 to 255 bytes.</param>
    /// <param name="serializer">The form of its request and answer; null for the client's.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="NotSupportedException">The serializer does not know a type.</exception>
    public RpcUnary<TRequest, TResponse> Unary<TRequest, TResponse>(string name, IRpcSerializer? serializer = null) =>
        new(_channel, Checked(name), serializer ?? _serializer);

    /// <summary>A method without an answer.</summary>
    /// <inheritdoc cref="Unary"/>
    public RpcOneWay<TRequest> OneWay<TRequest>(string name, IRpcSerializer? serializer = null) =>
        new(_channel, Checked(name), serializer ?? _serializer);

    /// <summary>A method that answers with a stream.</summary>
    /// <inheritdoc cref="Unary"/>
    public RpcStream<TRequest, TItem> Stream<TRequest, TItem>(string name, IRpcSerializer? serializer = null) =>
        new(_channel, Checked(name), serializer ?? _serializer);

    /// <inheritdoc cref="RpcChannel.GetStats"/>
    public RpcStats GetStats() => _channel.GetStats();

    /// <inheritdoc cref="RpcChannel.DrainAsync"/>
    public Task<int> DrainAsync(TimeSpan timeout) => _channel.DrainAsync(timeout);

    /// <summary>Closes the connections; open calls fail. Ends when the client has stopped.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Encoding.UTF8.GetByteCount(name) <= byte.MaxValue
            ? name
            : throw new ArgumentException("A method's name has 1 to 255 bytes.", nameof(name));
    }
}

/// <summary>Calling services from an actor system.</summary>
public static class RpcServiceClientExtensions
{
    /// <summary>Connects to a server of the RPC protocol. Returns at once; calls wait for the connection.</summary>
    /// <param name="netpoll">The system's Netpoll.</param>
    /// <param name="address">The server.</param>
    /// <param name="serializer">The form of requests and answers, unless a method is given its own.</param>
    /// <param name="options">Time-outs, limits and policies; null for the defaults. Its protocol is not looked at.</param>
    public static RpcServiceClient RpcService(
        this NetpollExtension netpoll, NetAddress address, IRpcSerializer serializer, RpcClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new RpcServiceClient(netpoll, [address], serializer, options);
    }

    /// <summary>Connects to several servers that serve the same.</summary>
    /// <param name="netpoll">The system's Netpoll.</param>
    /// <param name="addresses">The servers, at least one.</param>
    /// <param name="serializer">The form of requests and answers, unless a method is given its own.</param>
    /// <param name="options">Time-outs, limits and policies; null for the defaults. Its protocol is not looked at.</param>
    public static RpcServiceClient RpcService(
        this NetpollExtension netpoll, IReadOnlyList<NetAddress> addresses, IRpcSerializer serializer, RpcClientOptions? options = null) =>
        new(netpoll, addresses, serializer, options);
}
