using System.Buffers;
using Netpoll.Actors.Framing;

namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>
/// The framing of the RPC protocol: a 4-byte big-endian length, then a message. Checks each message that it receives, so that a peer which
/// breaks the protocol is found out before anybody acts on what it sent, and its connection ends with
/// <see cref="Messages.CloseReason.ProtocolError"/>.
/// </summary>
public sealed class RpcCodec : IFrameCodec, IProtocolFrames
{
    private const int LengthBytes = 4;

    private static readonly LengthFieldCodec s_frames = new(LengthBytes);

    private readonly RpcSide _receiver;

    /// <summary>Describes one end.</summary>
    /// <param name="receiver">Which side this is.</param>
    /// <param name="limits">What it accepts; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public RpcCodec(RpcSide receiver, RpcLimits? limits = null)
    {
        Limits = limits ?? RpcLimits.Default;
        Limits.Validate();
        _receiver = receiver;
    }

    /// <summary>A server's end with the default limits.</summary>
    public static RpcCodec Server { get; } = new(RpcSide.Server);

    /// <summary>A client's end with the default limits.</summary>
    public static RpcCodec Client { get; } = new(RpcSide.Client);

    /// <summary>What it accepts.</summary>
    public RpcLimits Limits { get; }

    /// <inheritdoc/>
    public int MaxOverheadBytes => s_frames.MaxOverheadBytes;

    /// <summary>Reads the message in a frame's payload.</summary>
    /// <returns><see cref="RpcDefect.None"/>, or what is wrong with it: never for a payload that came through this codec.</returns>
    public RpcDefect TryRead(in ReadOnlySequence<byte> payload, out RpcMessage message) => RpcMessage.TryRead(payload, _receiver, Limits, out message);

    /// <inheritdoc/>
    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        DecodeStatus status = s_frames.TryDecode(input, out frame);
        if (frame != default && frame.PayloadBytes < RpcHeader.Bytes)
        {
            frame = default;
            return DecodeStatus.Invalid;
        }

        if (status == DecodeStatus.Complete && TryRead(input.Slice(LengthBytes, frame.PayloadBytes), out _) != RpcDefect.None)
        {
            frame = default;
            return DecodeStatus.Invalid;
        }

        return status;
    }

    /// <inheritdoc/>
    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes) => s_frames.EncodePrefix(output, payloadBytes);

    /// <inheritdoc/>
    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        // Nothing follows a message.
    }

    FrameRole IProtocolFrames.GetRole(in ReadOnlySequence<byte> payload, out ulong id)
    {
        RpcHeader header = RpcHeader.Read(payload);
        id = header.Id;
        return (RpcKind)header.Kind switch
        {
            RpcKind.Cancel => FrameRole.Cancel,
            RpcKind.Credit => FrameRole.Control,
            _ => FrameRole.Request,
        };
    }

    bool IProtocolFrames.TryWriteRefusal(in ReadOnlySequence<byte> request, Refusal why, IBufferWriter<byte> output)
    {
        RpcHeader header = RpcHeader.Read(request);
        if ((RpcKind)header.Kind != RpcKind.Request)
        {
            return false;
        }

        (RpcStatus status, string message) = why switch
        {
            Refusal.Cancelled => (RpcStatus.Cancelled, "The call was cancelled before it was started."),
            Refusal.Overloaded => (RpcStatus.Unavailable, "The server has too much to do."),
            _ => (RpcStatus.Unavailable, "The server is about to close the connection, and begins no more calls on it."),
        };
        RpcWriter.WriteError(output, header.Id, status, message, isNotStarted: true);
        return true;
    }

    /// <inheritdoc/>
    public string Explain(in ReadOnlySequence<byte> input)
    {
        s_frames.TryDecode(input, out FrameBounds frame);
        ReadOnlySequence<byte> rest = input.Slice(Math.Min(input.Length, LengthBytes));
        RpcDefect defect = TryRead(rest.Slice(0, Math.Min(rest.Length, frame.PayloadBytes)), out _);
        return defect switch
        {
            RpcDefect.Truncated => $"The peer sent an RPC message of {frame.PayloadBytes} bytes, which is shorter than what it says is in it.",
            RpcDefect.Version => "The peer speaks another version of the RPC protocol, or another protocol.",
            RpcDefect.MetadataLimit => $"The peer sent an RPC message with more metadata than {Limits.MaxMetadataEntries} entries or {Limits.MaxMetadataBytes} bytes.",
            RpcDefect.None => "No RPC message was expected.",
            _ => $"The peer sent an RPC message with a wrong part: {defect}.",
        };
    }
}
