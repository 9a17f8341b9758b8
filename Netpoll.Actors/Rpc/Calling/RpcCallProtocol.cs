using System.Buffers;
using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Calling;

/// <summary>The RPC protocol as clients speak it: <c>docs/rpc-protocol.md</c>. Every call has an <see cref="RpcCallTag"/>.</summary>
internal sealed class RpcCallProtocol : ICallProtocol
{
    private RpcCallProtocol()
    {
    }

    public static RpcCallProtocol Instance { get; } = new();

    public int IdBytes => sizeof(ulong);

    public bool HasStreamWindows => true;

    public int HeadBytes(in CallHead call) => ((RpcCallTag)call.Tag!).HeadBytes;

    public bool IsAnswered(object? tag) => !((RpcCallTag)tag!).IsOneWay;

    public void WriteHead(in CallHead call, IBufferWriter<byte> output)
    {
        RpcCallTag tag = (RpcCallTag)call.Tag!;

        // Nearly no time is still some: none at all would say that the caller waits for ever.
        TimeSpan? timeLeft = call.TimeLeft is { Ticks: <= 0 } ? TimeSpan.FromTicks(1) : call.TimeLeft;
        if (tag.IsOneWay)
        {
            RpcWriter.WriteOneWay(output, tag.Method, timeLeft, tag.Metadata);
        }
        else
        {
            RpcWriter.WriteRequest(output, call.Id, tag.Method, timeLeft, tag.Metadata, call.StreamWindow);
        }
    }

    public ReplyStatus ReadHead(in ReadOnlySequence<byte> frame, out ReplyHead answer)
    {
        if (RpcCodec.Client.TryRead(frame, out RpcMessage message) != RpcDefect.None)
        {
            answer = default;
            return ReplyStatus.Invalid;
        }

        Exception? failure = message.Kind != RpcKind.Error ? null : new RpcStatusException(message.Status, message.ReadText())
        {
            IsNotStarted = message.IsNotStarted,
            Metadata = message.ReadMetadata(),
        };
        answer = new ReplyHead(
            message.Id, (int)(frame.Length - message.Payload.Length), failure, message.IsNotStarted, message.Status == RpcStatus.Unavailable);
        return message.Kind switch
        {
            RpcKind.StreamItem => ReplyStatus.Item,
            RpcKind.StreamEnd => ReplyStatus.End,
            _ => ReplyStatus.Answer,
        };
    }

    public bool TryWriteCancel(ulong id, IBufferWriter<byte> output)
    {
        RpcWriter.WriteCancel(output, id);
        return true;
    }

    public void WriteCredit(ulong id, long total, IBufferWriter<byte> output) => RpcWriter.WriteCredit(output, id, (ulong)total);
}
