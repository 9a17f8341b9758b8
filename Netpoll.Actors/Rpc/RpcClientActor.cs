using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Rpc;

/// <summary>Connects, and gives calls to its connection.</summary>
/// <remarks>
/// <code>
///   Connecting (keeps calls) ──dialled──► Open (passes calls on) ──connection ended──► Failed (refuses calls)
///        └──────────────────────── cannot connect ───────────────────────────────────────▲
/// </code>
/// </remarks>
internal sealed class RpcClientActor(NetAddress address, IFrameCodec codec, RpcClientOptions options, ClientLink link) : UntypedActor
{
    private readonly Queue<PendingCall> _waiting = new();
    private readonly CancellationTokenSource _stopping = new();
    private RpcConnectionException? _failure;
    private PollerRef _poller = null!;

    protected override void PreStart()
    {
        if (link.Target.IsNobody())
        {
            link.Target = Self;
        }

        link.Stopped = null;
        _poller = Context.System.Netpoll().NextPoller();
        _poller.Loop.ConnectAsync(address, options.Socket, options.ConnectTimeout, _stopping.Token)
            .PipeTo(Self, success: channel => new Dialled(channel), failure: error => new DialFailed(error));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Call call:
                AskedCall asked = new(Sender) { Timeout = call.Timeout };
                asked.Request.WriteBinary(call.Payload.Span);
                asked.Request.Flush();
                Pass(asked);
                break;
            case PendingCall call:
                Pass(call);
                break;
            case Dialled dialled:
                Open(dialled.Channel);
                break;
            case DialFailed failed:
                Fail(new RpcConnectionException($"Cannot connect to {address}: {failed.Error.Message}", reason: null, failed.Error));
                break;
            case Disconnected ended:
                Fail(new RpcConnectionException($"The connection to {address} has ended ({ended.Reason}).", ended.Reason, ended.Error));
                break;
            case Terminated:
                Fail(new RpcConnectionException($"The connection to {address} has ended.", reason: null));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        Fail(new RpcConnectionException($"The client of {address} has stopped.", CloseReason.Shutdown));
        link.Stopped = _failure;
    }

    private void Pass(PendingCall call)
    {
        if (_failure is not null)
        {
            Refuse(call, _failure);
        }
        else if (!link.Target.Equals(Self))
        {
            PassTo(link.Target, call);
        }
        else if (_waiting.Count < options.MaxPendingCalls)
        {
            _waiting.Enqueue(call);
        }
        else
        {
            Refuse(call, new RpcException($"{options.MaxPendingCalls} calls to {address} are waiting for the connection already."));
        }
    }

    private void Open(StreamChannel channel)
    {
        ConnectionSettings settings = new(codec, options.MaxFrameBytes, int.MaxValue, long.MaxValue, TimeSpan.Zero);
        PollerRef poller = _poller;
        Props props = Props
            .CreateBy(new Producer<ClientConnectionActor>(() => new ClientConnectionActor(poller, settings, options.MaxPendingCalls)))
            .WithDispatcher(poller.DispatcherId);
        IActorRef connection = Context.ActorOf(props, "connection");
        Context.Watch(connection);
        connection.Tell(new Adopt(channel, channel.GetLocalAddress()), Self);
        link.Target = connection;
        while (_waiting.TryDequeue(out PendingCall? call))
        {
            PassTo(connection, call);
        }
    }

    private void PassTo(IActorRef connection, PendingCall call)
    {
        connection.Tell(call, ActorRefs.NoSender);
        Leave(call);
    }

    private void Refuse(PendingCall call, RpcException failure)
    {
        call.Request.Clear();
        call.Fail(failure);
        Leave(call);
    }

    // Calls by Ask are made here, and counted by nobody.
    private void Leave(PendingCall call)
    {
        if (call is AwaitedCall)
        {
            link.LeaveClient();
        }
    }

    private void Fail(RpcConnectionException failure)
    {
        _failure ??= failure;
        link.Target = Self;
        while (_waiting.TryDequeue(out PendingCall? call))
        {
            Refuse(call, _failure);
        }
    }

    private sealed record Dialled(StreamChannel Channel) : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
    {
        public void Release() => Channel.Close();
    }

    private sealed record DialFailed(Exception Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
