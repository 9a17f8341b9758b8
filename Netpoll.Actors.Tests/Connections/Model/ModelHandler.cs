using System.Buffers;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Tests.Connections.Model;

/// <summary>Does what each request asks for, and tells the connection's life of everything.</summary>
internal sealed class ModelHandler(Func<ConnectionRef, ModelLife> lives) : RequestHandler
{
    protected override void OnConnected(ConnectionRef connection) => lives(connection).OnConnected();

    protected override void OnWritabilityChanged(ConnectionRef connection, bool isWritable) => lives(connection).OnWritabilityChanged();

    protected override void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error) =>
        lives(connection).OnDisconnected(reason, error);

    protected override void OnRequest(Request request)
    {
        ReadOnlySequence<byte> payload = request.Payload;
        lives(request.Connection).OnRequest(payload);
        switch ((ModelRequest)payload.Slice(4).FirstSpan[0])
        {
            case ModelRequest.Echo:
                request.Reply(payload);
                break;
            case ModelRequest.Copy:
                request.Reply(payload.ToArray());
                break;
            case ModelRequest.Later:
                BufferSlice taken = request.TakePayload();
                ThreadPool.UnsafeQueueUserWorkItem(_ => request.Reply(taken), null);
                break;
            case ModelRequest.Complete:
                request.Complete();
                break;
            case ModelRequest.Fail:
                request.Fail(new NotSupportedException("as the model wished"));
                break;
            case ModelRequest.Throw:
                throw new NotSupportedException("as the model wished");
            case ModelRequest.Stop:
                Context.Stop(Self);
                request.Reply(payload);
                break;
            case ModelRequest.Close:
                request.Reply(payload);
                request.Connection.Close();
                break;
            case ModelRequest.Abort:
                request.Reply(payload);
                request.Connection.Abort();
                break;
        }
    }
}
