using System.Buffers;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// The fast way to call a server: a task for each call instead of an actor. An <see cref="RpcClient"/> stands behind it, and what is said
/// there of connecting and failing holds here. Any thread; many calls at once.
/// </summary>
public sealed class RpcChannel : IAsyncDisposable
{
    private static int s_created;

    private readonly ClientLink _link = new();

    internal RpcChannel(ActorSystem system, NetAddress address, IFrameCodec codec, RpcClientOptions? options)
    {
        Client = system.ActorOf(RpcClient.Props(address, codec, options, _link), $"netpoll-rpc-{Interlocked.Increment(ref s_created)}");
        if (_link.Target.IsNobody())
        {
            _link.Target = Client;
        }
    }

    /// <summary>The client actor behind the channel.</summary>
    public IActorRef Client { get; }

    /// <summary>Calls the server.</summary>
    /// <param name="payload">The request's bytes, which are copied.</param>
    /// <param name="timeout">How long to wait for the answer; null for no limit.</param>
    /// <param name="cancellationToken">Stops waiting. The connection stays usable: an answer that comes later is dropped.</param>
    /// <returns>The answer, which the caller disposes of.</returns>
    /// <exception cref="TimeoutException">No answer within the time.</exception>
    /// <exception cref="RpcConnectionException">There is no connection, or it ended before the answer came.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<Response> CallAsync(ReadOnlySpan<byte> payload, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        AwaitedCall call = new() { Timeout = timeout };
        call.Request.WriteBinary(payload);
        return Send(call, cancellationToken);
    }

    /// <inheritdoc cref="CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>
    public ValueTask<Response> CallAsync(in ReadOnlySequence<byte> payload, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        AwaitedCall call = new() { Timeout = timeout };
        foreach (ReadOnlyMemory<byte> segment in payload)
        {
            call.Request.WriteBinary(segment.Span);
        }

        return Send(call, cancellationToken);
    }

    /// <summary>Closes the connection; open calls fail. Ends when the client has stopped.</summary>
    public async ValueTask DisposeAsync() => await Client.GracefulStop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);

    private ValueTask<Response> Send(AwaitedCall call, CancellationToken cancellationToken)
    {
        call.Request.Flush();
        call.CancelWith(cancellationToken);
        IActorRef target = _link.Target;
        if (!_link.IsClientPassed || target.Equals(Client))
        {
            target = Client;
            _link.EnterClient();
        }

        target.Tell(call, ActorRefs.NoSender);
        if (_link.Stopped is { } stopped)
        {
            // The message may have reached nobody. If somebody had it, the call has ended already, and this does nothing.
            call.Fail(stopped);
        }

        return new ValueTask<Response>(call.Result);
    }
}

/// <summary>Calling servers from an actor system.</summary>
public static class RpcChannelExtensions
{
    /// <summary>Connects to a server, for <see cref="RpcChannel.CallAsync(ReadOnlySpan{byte}, TimeSpan?, CancellationToken)"/>. Returns at once; calls wait for the connection.</summary>
    /// <param name="netpoll">The system's Netpoll.</param>
    /// <param name="address">The server.</param>
    /// <param name="codec">What is one request, and one answer.</param>
    /// <param name="options">Time-outs and limits; null for the defaults.</param>
    public static RpcChannel Rpc(this NetpollExtension netpoll, NetAddress address, IFrameCodec codec, RpcClientOptions? options = null) =>
        new(netpoll.System, address, codec, options);
}
