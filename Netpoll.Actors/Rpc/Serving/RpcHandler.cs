using System.Diagnostics;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>
/// Serves the calls of its connections with the methods of a service. Without state of its own, so that it may be one for each connection, one
/// of a pool, one for all, or a router's: see <see cref="RpcServer"/>.
/// </summary>
internal sealed class RpcHandler(RpcService service) : RequestHandler
{
    /// <summary>What calls of methods that do not exist are counted under, as the convention has it.</summary>
    private const string OtherMethod = "_OTHER";

    private readonly ILoggingAdapter _log = Context.GetLogger();

    public static Props Props(RpcService service) => Akka.Actor.Props.CreateBy(new Producer<RpcHandler>(() => new RpcHandler(service)));

    protected override void OnRequest(Request request)
    {
        RpcDefect defect = service.Codec.TryRead(request.Payload, out RpcMessage message);
        if (defect != RpcDefect.None)
        {
            // Only where a listener was given another codec than the service's, which would have refused it.
            request.Fail(new InvalidDataException($"What came is no RPC message ({defect})."));
        }
        else if (message.Kind == RpcKind.Cancel)
        {
            ConnectionCalls.Of(request.Connection).Cancel(message.Id);
            request.Complete();
        }
        else if (message.Kind == RpcKind.Credit)
        {
            ConnectionCalls.Of(request.Connection).Grant(message.Id, message.ReadCredit());
            request.Complete();
        }
        else
        {
            Serve(request, message);
        }
    }

    protected override void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error) => ConnectionCalls.Of(connection).End();

    private void Serve(Request request, in RpcMessage message)
    {
        bool isKnown = service.TryFind(message.Method, out RpcMethod? method);
        RpcCall call = new(method?.Name ?? OtherMethod, message, request, service.Codec.Limits, _log);
        if (!isKnown)
        {
            call.Fail(RpcStatus.Unimplemented, $"There is no method {Encoding.UTF8.GetString(message.Method)}.");
            return;
        }

        if (call.IsLate)
        {
            call.Fail(RpcStatus.DeadlineExceeded, "The time of the call was over before it was started.");
            return;
        }

        Activity? current = Activity.Current;
        call.StartTrace();
        method!.Invoke(call, message.Payload);
        Activity.Current = current;
    }
}
