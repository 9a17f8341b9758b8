using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>One request, and nothing to answer. Who calls it as if there were gets an answer of no bytes once it is done.</summary>
internal sealed class OneWayMethod<TRequest>(string name, IRpcFormatter<TRequest> requests, Func<TRequest, RpcCall, ValueTask> function)
    : RpcMethod<TRequest>(name, requests)
{
    protected override void Invoke(RpcCall call, TRequest request)
    {
        ValueTask done = function(request, call);
        if (done.IsCompletedSuccessfully)
        {
            done.GetAwaiter().GetResult();
            call.Complete();
        }
        else
        {
            call.RunOn();
            _ = FinishAsync(done, call);
        }
    }

    private static async Task FinishAsync(ValueTask done, RpcCall call)
    {
        try
        {
            await done.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            call.Fail(failure);
            return;
        }

        call.Complete();
    }
}
