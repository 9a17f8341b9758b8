using System.Buffers;
using System.Buffers.Binary;
using Netpoll.Actors.Handlers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Soak.Serving;

/// <summary>Does what each request asks for, and counts itself.</summary>
internal sealed class SoakHandler : RequestHandler
{
    private static int s_alive;

    /// <summary>Handlers that have not ended.</summary>
    public static int Alive => Volatile.Read(ref s_alive);

    protected override void PreStart()
    {
        base.PreStart();
        Interlocked.Increment(ref s_alive);
    }

    protected override void PostStop()
    {
        base.PostStop();
        Interlocked.Decrement(ref s_alive);
    }

    protected override void OnRequest(Request request)
    {
        ReadOnlySequence<byte> payload = request.Payload;
        switch ((Ask)payload.FirstSpan[0])
        {
            case Ask.Copy:
                request.Reply(payload.ToArray());
                break;
            case Ask.Later:
                BufferSlice taken = request.TakePayload();
                ThreadPool.UnsafeQueueUserWorkItem(_ => request.Reply(taken), null);
                break;
            case Ask.Big:
                Span<byte> size = stackalloc byte[4];
                payload.Slice(1, 4).CopyTo(size);
                request.Reply(Pattern.Bytes(BinaryPrimitives.ReadInt32BigEndian(size)));
                break;
            case Ask.Close:
                request.Reply(payload);
                request.Connection.Close();
                break;
            case Ask.CloseOutput:
                request.Reply(payload);
                request.Connection.CloseOutput();
                break;
            case Ask.Abort:
                request.Connection.Abort();
                break;
            case Ask.Throw:
                throw new NotSupportedException("as the peer wished");
            default:
                request.Reply(payload);
                break;
        }
    }
}

/// <summary>The bytes of a big answer: whoever reads it knows them.</summary>
internal static class Pattern
{
    /// <summary>A prime, so that no block of a buffer has them in phase.</summary>
    private const int Period = 251;

    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, MaxBytes).Select(At)];

    /// <summary>The most bytes of an answer.</summary>
    public const int MaxBytes = 512 * 1024;

    public static ReadOnlySpan<byte> Bytes(int count) => s_bytes.AsSpan(0, count);

    private static byte At(int index) => (byte)(index % Period);
}
