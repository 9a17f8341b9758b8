using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>One request, one answer.</summary>
internal sealed class UnaryMethod<TRequest, TResponse>(
    string name, IRpcFormatter<TRequest> requests, IRpcFormatter<TResponse> responses, Func<TRequest, RpcCall, ValueTask<TResponse>> function)
    : RpcMethod<TRequest>(name, requests)
{
    protected override void Invoke(RpcCall call, TRequest request)
    {
        ValueTask<TResponse> answer = function(request, call);
        if (answer.IsCompletedSuccessfully)
        {
            call.Reply(responses, answer.GetAwaiter().GetResult());
        }
        else
        {
            call.RunOn();
            _ = FinishAsync(answer, call);
        }
    }

    private async Task FinishAsync(ValueTask<TResponse> answer, RpcCall call)
    {
        TResponse value;
        try
        {
            value = await answer.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            call.Fail(failure);
            return;
        }

        call.Reply(responses, value);
    }
}
