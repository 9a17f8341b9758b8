using System.Buffers;
using System.Buffers.Binary;

namespace Netpoll.Actors.Rpc;

/// <summary>The ways to match calls and answers that are ready to use.</summary>
public static class CallProtocols
{
    /// <summary>Nothing is added: the answers come in the order of the calls, as with Redis, or a plain length field.</summary>
    public static ICallProtocol InOrder { get; } = new InOrderProtocol();

    /// <summary>
    /// Eight bytes, big-endian, in front of the payload are the call's number, and the server puts the same in front of its answer. The
    /// answers may come in any order. A server that echoes its requests speaks it without knowing.
    /// </summary>
    public static ICallProtocol WithIds { get; } = new IdPrefixProtocol();

    private sealed class InOrderProtocol : ICallProtocol
    {
        public int IdBytes => 0;

        public int HeadBytes(in CallHead call) => 0;

        public void WriteHead(in CallHead call, IBufferWriter<byte> output)
        {
            // The payload is the whole frame.
        }

        public ReplyStatus ReadHead(in ReadOnlySequence<byte> frame, out ReplyHead answer)
        {
            answer = default;
            return ReplyStatus.Answer;
        }
    }

    private sealed class IdPrefixProtocol : ICallProtocol
    {
        public int IdBytes => sizeof(ulong);

        public int HeadBytes(in CallHead call) => sizeof(ulong);

        public void WriteHead(in CallHead call, IBufferWriter<byte> output)
        {
            BinaryPrimitives.WriteUInt64BigEndian(output.GetSpan(sizeof(ulong)), call.Id);
            output.Advance(sizeof(ulong));
        }

        public ReplyStatus ReadHead(in ReadOnlySequence<byte> frame, out ReplyHead answer)
        {
            if (frame.Length < sizeof(ulong))
            {
                answer = default;
                return ReplyStatus.Invalid;
            }

            ReadOnlySpan<byte> first = frame.FirstSpan;
            if (first.Length < sizeof(ulong))
            {
                Span<byte> id = stackalloc byte[sizeof(ulong)];
                frame.Slice(0, sizeof(ulong)).CopyTo(id);
                answer = new ReplyHead(BinaryPrimitives.ReadUInt64BigEndian(id), sizeof(ulong));
            }
            else
            {
                answer = new ReplyHead(BinaryPrimitives.ReadUInt64BigEndian(first), sizeof(ulong));
            }

            return ReplyStatus.Answer;
        }
    }
}
