using Netpoll.Actors.Connections;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>
/// One request, any number of items. The next item is asked for when the connection has taken the last one, which it does while not too much
/// is unsent, and when the caller takes more of this stream: a caller that reads slowly is served slowly, at a bounded cost.
/// </summary>
internal sealed class StreamMethod<TRequest, TItem>(
    string name, IRpcFormatter<TRequest> requests, IRpcFormatter<TItem> items, Func<TRequest, RpcCall, IAsyncEnumerable<TItem>> function)
    : RpcMethod<TRequest>(name, requests)
{
    protected override void Invoke(RpcCall call, TRequest request)
    {
        if (call.IsOneWay)
        {
            call.Fail(RpcStatus.InvalidArgument, $"{Name} answers with a stream, which a one-way call has no place for.");
        }
        else
        {
            _ = StreamAsync(function(request, call), call);
        }
    }

    private async Task StreamAsync(IAsyncEnumerable<TItem> stream, RpcCall call)
    {
        OutgoingFrame frame = new(call.Connection.Actor);
        try
        {
            await foreach (TItem item in stream.WithCancellation(call.CancellationToken).ConfigureAwait(false))
            {
                // A stream that does not look at the token ends here all the same.
                call.CancellationToken.ThrowIfCancellationRequested();
                Write(frame, call, item);
                call.Credit?.Spend(frame.Payload.MallocLength);
                if (!await frame.SendAsync().ConfigureAwait(false))
                {
                    call.Cancel();
                }
                else if (call.Credit is { } credit)
                {
                    await credit.WaitAsync(call.CancellationToken).ConfigureAwait(false);
                }
            }

            call.CancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception failure)
        {
            call.Fail(failure);
            return;
        }
        finally
        {
            frame.Payload.Dispose();
        }

        call.EndStream();
    }

    private void Write(OutgoingFrame frame, RpcCall call, TItem item)
    {
        try
        {
            RpcWriter.WriteStreamItem(frame.Payload, call.Id);
            items.Write(item, frame.Payload);
        }
        catch
        {
            frame.Payload.Clear();
            throw;
        }
    }
}
