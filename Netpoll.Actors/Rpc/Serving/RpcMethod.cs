using System.Buffers;
using System.Text;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>A method of a service: what is between a request's bytes and its answer's. Shared by all connections.</summary>
internal abstract class RpcMethod(string name)
{
    public string Name { get; } = name;

    /// <summary>The name as it stands in messages.</summary>
    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>Serves a call. Never throws; the call ends exactly once, now or later. The payload is not touched after it has returned.</summary>
    public abstract void Invoke(RpcCall call, in ReadOnlySequence<byte> payload);
}

/// <summary>What all methods have that take a value.</summary>
internal abstract class RpcMethod<TRequest>(string name, IRpcFormatter<TRequest> requests) : RpcMethod(name)
{
    public sealed override void Invoke(RpcCall call, in ReadOnlySequence<byte> payload)
    {
        TRequest request;
        try
        {
            request = requests.Read(payload);
        }
        catch (Exception)
        {
            // IGNORED: what a formatter throws at spoilt bytes is its own affair, and the caller's mistake.
            call.Fail(RpcStatus.InvalidArgument, $"The request of {Name} could not be read.");
            return;
        }

        try
        {
            Invoke(call, request);
        }
        catch (Exception failure)
        {
            call.Fail(failure);
        }
    }

    /// <summary>Serves a call. What it throws before it returns becomes the call's failure, unless it has ended the call.</summary>
    protected abstract void Invoke(RpcCall call, TRequest request);
}
