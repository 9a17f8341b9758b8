using System.Buffers;
using System.Text;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>What all callers of a method have in common: its name, the form of its requests, what its failures are told as. Any thread.</summary>
internal sealed class RpcMethodCalls<TRequest>(string name, bool isOneWay, IRpcFormatter<TRequest> requests)
{
    /// <summary>A buffer that a request has made larger is not kept. Arbitrary.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    // One for each thread: it is free again when the request is copied into the call.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_written;

    private readonly RpcCallTag _tag = new(Encoding.UTF8.GetBytes(name), isOneWay);

    public string Name { get; } = name;

    public CallOptions OptionsOf(in RpcCallOptions options, in ClientTrace trace) =>
        new(options.Timeout, options.IsIdempotent, trace.AddTo(options.Metadata) is { } metadata ? _tag.With(metadata) : _tag);

    public ValueTask<Response> CallAsync(
        RpcChannel channel, TRequest request, in RpcCallOptions options, in ClientTrace trace, CancellationToken cancellationToken)
    {
        // Taken while in use: a formatter that calls a method itself gets another one.
        ArrayBufferWriter<byte> written = t_written ?? new ArrayBufferWriter<byte>();
        t_written = null;
        requests.Write(request, written);
        ValueTask<Response> answer = channel.CallAsync(written.WrittenSpan, OptionsOf(options, trace), cancellationToken);
        if (written.Capacity <= MaxKeptBytes)
        {
            written.ResetWrittenCount();
            t_written = written;
        }

        return answer;
    }

    public ReadOnlyMemory<byte> Write(TRequest request)
    {
        ArrayBufferWriter<byte> written = new();
        requests.Write(request, written);
        return written.WrittenMemory;
    }

    public T Read<T>(IRpcFormatter<T> formatter, in ReadOnlySequence<byte> bytes)
    {
        try
        {
            return formatter.Read(bytes);
        }
        catch (Exception failure)
        {
            throw new RpcException($"The answer of {Name} could not be read.", failure);
        }
    }

    /// <summary>Reads what travelled with an answer.</summary>
    /// <param name="frame">The answer's, which the protocol has checked.</param>
    public static RpcMetadata ReadMetadata(in ReadOnlySequence<byte> frame) =>
        RpcCodec.Client.TryRead(frame, out RpcMessage message) == RpcDefect.None ? message.ReadMetadata() : RpcMetadata.Empty;

    /// <summary>A call has failed: ends its trace. Throws what the caller gets to hear, if that is something else.</summary>
    public void OnFailed(Exception failure, in ClientTrace trace)
    {
        Exception told = Told(failure);
        trace.Stop(told);
        if (told != failure)
        {
            throw told;
        }
    }

    /// <summary>
    /// What the caller gets to hear. A time that is over is told the same way whoever has noticed first, the server or this side.
    /// </summary>
    public Exception Told(Exception failure) => failure is TimeoutException
        ? new RpcStatusException(RpcStatus.DeadlineExceeded, $"{Name} did not end in time.", failure)
        : failure;
}
