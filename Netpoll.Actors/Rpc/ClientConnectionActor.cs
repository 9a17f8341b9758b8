using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Rpc;

/// <summary>A dialled connection: a call becomes a frame, and the frames that come are the answers in the order of the calls.</summary>
internal sealed class ClientConnectionActor(PollerRef poller, ConnectionSettings settings, int maxPendingCalls)
    : ConnectionActor(poller, settings)
{
    private static readonly BufferSlice s_nothing = new();

    // Calls without an answer yet, oldest first. One that has timed out keeps its place: its answer may still come, and is dropped then.
    private PendingCall? _oldest;
    private PendingCall? _youngest;
    private int _pending;
    private RpcConnectionException? _ended;

    protected override int InFlight => _pending;

    protected override bool CanFinishInFlight => false;

    // Nothing to prepare: the parent sends calls once this actor exists.
    protected override void OnOpened() => Poller.Traffic.CountDialled();

    protected override FrameStatus TakeFrame(LinkBuffer input, ref FrameReader reader)
    {
        if (_oldest is not { } call)
        {
            // An answer that nobody asked for: from here on, no answer could be trusted to belong to its call.
            return input.IsEmpty ? FrameStatus.Incomplete : FrameStatus.Invalid;
        }

        BufferSlice payload = new();
        FrameStatus status = reader.TryRead(input, payload);
        if (status == FrameStatus.Complete)
        {
            _oldest = call.Next;
            call.Next = null;
            _pending--;
            Poller.Loop.Cancel(call);
            call.Answer(payload);
        }

        return status;
    }

    protected override void OnMessage(object message)
    {
        if (message is PendingCall call)
        {
            Send(call);
        }
        else
        {
            Unhandled(message);
        }
    }

    protected override void OnClosed(CloseReason reason, Exception? error)
    {
        FailAll(new RpcConnectionException($"The connection to {Connection.RemoteAddress} has ended ({reason}).", reason, error));
        Context.Parent.Tell(new Disconnected(Connection, reason, error), Self);
        FinishStop();
    }

    protected override void OnStopped(CloseReason reason) => FailAll(new RpcConnectionException("The client has stopped.", CloseReason.Shutdown));

    private void Send(PendingCall call)
    {
        if (_ended is not null || call.IsEnded || _pending >= maxPendingCalls)
        {
            call.Request.Clear();
            call.Fail(_ended ?? new RpcException($"{maxPendingCalls} calls to {Connection.RemoteAddress} are open already."));
            return;
        }

        try
        {
            Write(call.Request, s_nothing);
        }
        catch (ArgumentOutOfRangeException tooLong)
        {
            // The codec cannot say such a length. Nothing of it was written, so that the other calls go on.
            call.Request.Clear();
            call.Fail(new RpcException($"The request is too long for its frame: {tooLong.Message}", tooLong));
            return;
        }

        if (_oldest is null)
        {
            _oldest = call;
        }
        else
        {
            _youngest!.Next = call;
        }

        _youngest = call;
        _pending++;
        if (call.Timeout is { } timeout)
        {
            Poller.Loop.Schedule(call, timeout);
        }
    }

    private void FailAll(RpcConnectionException error)
    {
        _ended ??= error;
        while (_oldest is { } call)
        {
            _oldest = call.Next;
            call.Next = null;
            Poller.Loop.Cancel(call);
            call.Fail(_ended);
        }

        _pending = 0;
    }
}
