using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>
/// Writes messages: everything before the payload, which the caller writes behind it, straight into the same output. Allocates nothing. Where
/// a message ends is the frame's business: see <see cref="RpcCodec"/>.
/// </summary>
public static class RpcWriter
{
    /// <summary>A call that is answered. The request follows.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">Not 0, and not that of another open call of the connection.</param>
    /// <param name="method">The method's name in UTF-8, 1 to 255 bytes.</param>
    /// <param name="timeout">How long the caller waits, more than zero; null for no limit. Rounded up to milliseconds; more than 49 days are no limit.</param>
    /// <param name="metadata">What travels along; null for nothing.</param>
    /// <param name="streamWindow">
    /// How many bytes of an answer that is a stream may come before <see cref="WriteCredit"/> grants more: 2 bytes to 1 GiB, rounded down to a
    /// power of 2; 0 for no limit.
    /// </param>
    /// <exception cref="ArgumentException">The id, the name, the time, the metadata or the window cannot be said. Nothing was written.</exception>
    public static void WriteRequest(
        IBufferWriter<byte> output,
        ulong id,
        ReadOnlySpan<byte> method,
        TimeSpan? timeout = null,
        RpcMetadata? metadata = null,
        int streamWindow = 0) =>
        WriteCall(output, RpcKind.Request, ThrowIfZero(id), method, timeout, metadata, WindowLogOf(streamWindow));

    /// <summary>A call that is never answered. The request follows.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method's name in UTF-8, 1 to 255 bytes.</param>
    /// <param name="timeout">How long it may wait for its turn, more than zero; null for no limit.</param>
    /// <param name="metadata">What travels along; null for nothing.</param>
    /// <exception cref="ArgumentException">The name, the time or the metadata cannot be said. Nothing was written.</exception>
    public static void WriteOneWay(IBufferWriter<byte> output, ReadOnlySpan<byte> method, TimeSpan? timeout = null, RpcMetadata? metadata = null) =>
        WriteCall(output, RpcKind.OneWay, id: 0, method, timeout, metadata);

    /// <summary>Word that the answer to a call is no longer wanted. Nothing follows.</summary>
    public static void WriteCancel(IBufferWriter<byte> output, ulong id) => Write(output, RpcKind.Cancel, ThrowIfZero(id));

    /// <summary>How much a stream may have sent by now, whole. Nothing follows.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">Of the call.</param>
    /// <param name="total">Bytes of its items, heads included and frames' lengths not, counted from the stream's begin. Less than was granted before changes nothing.</param>
    public static void WriteCredit(IBufferWriter<byte> output, ulong id, ulong total)
    {
        Write(output, RpcKind.Credit, ThrowIfZero(id));
        BinaryPrimitives.WriteUInt64BigEndian(output.GetSpan(sizeof(ulong)), total);
        output.Advance(sizeof(ulong));
    }

    /// <summary>The answer to a call. It follows.</summary>
    public static void WriteResponse(IBufferWriter<byte> output, ulong id, RpcMetadata? metadata = null) =>
        Write(output, RpcKind.Response, ThrowIfZero(id), metadata: metadata);

    /// <summary>An item of a stream. It follows.</summary>
    public static void WriteStreamItem(IBufferWriter<byte> output, ulong id) => Write(output, RpcKind.StreamItem, ThrowIfZero(id));

    /// <summary>The end of a stream. Nothing follows.</summary>
    public static void WriteStreamEnd(IBufferWriter<byte> output, ulong id, RpcMetadata? metadata = null) =>
        Write(output, RpcKind.StreamEnd, ThrowIfZero(id), metadata: metadata);

    /// <summary>The failure of a call, whole. Nothing follows.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">Of the call.</param>
    /// <param name="status">Not <see cref="RpcStatus.Ok"/>.</param>
    /// <param name="message">For the caller to read.</param>
    /// <param name="metadata">What travels along; null for nothing.</param>
    /// <param name="isNotStarted">Whether surely nothing of the call was done, so that it may be made again.</param>
    public static void WriteError(
        IBufferWriter<byte> output, ulong id, RpcStatus status, ReadOnlySpan<char> message, RpcMetadata? metadata = null, bool isNotStarted = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual((int)status, (int)RpcStatus.Ok, nameof(status));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)status, (int)RpcStatus.Unauthenticated, nameof(status));
        Write(output, RpcKind.Error, ThrowIfZero(id), status, metadata: metadata, detail: isNotStarted ? (byte)1 : (byte)0);
        Encoding.UTF8.GetBytes(message, output);
    }

    private static void WriteCall(IBufferWriter<byte> output, RpcKind kind, ulong id, ReadOnlySpan<byte> method, TimeSpan? timeout, RpcMetadata? metadata, byte detail = 0)
    {
        if (method.Length is 0 or > byte.MaxValue)
        {
            throw new ArgumentException("A method's name has 1 to 255 bytes.", nameof(method));
        }

        Write(output, kind, id, timeoutMillis: MillisOf(timeout), method: method, metadata: metadata, detail: detail);
    }

    private static void Write(
        IBufferWriter<byte> output,
        RpcKind kind,
        ulong id,
        RpcStatus status = RpcStatus.Ok,
        uint timeoutMillis = 0,
        ReadOnlySpan<byte> method = default,
        RpcMetadata? metadata = null,
        byte detail = 0)
    {
        ArgumentNullException.ThrowIfNull(output);
        int metadataBytes = metadata?.MeasureBytes() ?? 0;
        int bytes = RpcHeader.Bytes + method.Length + metadataBytes;
        Span<byte> span = output.GetSpan(bytes)[..bytes];
        new RpcHeader(
            RpcHeader.CurrentVersion, (byte)kind, (byte)status, (byte)method.Length, id, timeoutMillis, (ushort)metadataBytes, (byte)(metadata?.Count ?? 0), detail)
            .Write(span);
        method.CopyTo(span[RpcHeader.Bytes..]);
        metadata?.Write(span[(RpcHeader.Bytes + method.Length)..]);
        output.Advance(bytes);
    }

    // Up, so that a wait of less than a millisecond is not taken for none at all.
    private static uint MillisOf(TimeSpan? timeout)
    {
        if (timeout is not { } wait)
        {
            return 0;
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(wait, TimeSpan.Zero, nameof(timeout));
        double millis = Math.Ceiling(wait.TotalMilliseconds);
        return millis <= uint.MaxValue ? (uint)millis : 0;
    }

    private static byte WindowLogOf(int window)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        ArgumentOutOfRangeException.ThrowIfEqual(window, 1);
        return window == 0 ? (byte)0 : (byte)BitOperations.Log2((uint)window);
    }

    private static ulong ThrowIfZero(ulong id)
    {
        ArgumentOutOfRangeException.ThrowIfZero(id);
        return id;
    }
}
