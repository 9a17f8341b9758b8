using System.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>
/// Cuts a stream of bytes into frames, and wraps payloads into frames. Pure: bytes in, bounds out, no I/O, no state, so one object
/// serves every connection on every thread.
/// </summary>
/// <remarks>A codec need not mind how long a frame may be: the connection shows it no more bytes than the limit allows, and checks the bounds.</remarks>
public interface IFrameCodec
{
    /// <summary>The most bytes that a frame has besides its payload; at least 0.</summary>
    int MaxOverheadBytes { get; }

    /// <summary>Looks for a frame at the front of <paramref name="input"/>.</summary>
    /// <param name="input">What has come and was not yet consumed; never empty.</param>
    /// <param name="frame">
    /// For <see cref="DecodeStatus.Complete"/> the frame's bounds. For <see cref="DecodeStatus.Incomplete"/> the bounds too, if they are
    /// known already (the codec is then not asked again before that many bytes are there), else <see langword="default"/>.
    /// </param>
    DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame);

    /// <summary>Writes what stands before a payload.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="payloadBytes">Bytes of the payload, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame has no way to say such a length.</exception>
    void EncodePrefix(IBufferWriter<byte> output, long payloadBytes);

    /// <summary>Writes what stands after a payload.</summary>
    void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes);
}
