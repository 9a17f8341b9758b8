using System.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>
/// Cuts a stream of bytes into frames, and wraps payloads into frames. Pure: bytes in, bounds out, no I/O, no state, so one object
/// serves every connection on every thread.
/// </summary>
/// <remarks>
/// <para>A codec need not mind how long a frame may be: the connection shows it no more bytes than the limit allows, and checks the bounds.</para>
/// <para>
/// One of your own needs the first four members. A codec that must search for the end of a frame overrides the longer
/// <see cref="TryDecode(in ReadOnlySequence{byte}, long, out FrameBounds)"/> too, so that a frame that comes in many packets is not searched
/// from its beginning with each.
/// </para>
/// <example>
/// A length in one byte, then the payload:
/// <code>
/// public sealed class TinyCodec : IFrameCodec
/// {
///     public int MaxOverheadBytes =&gt; 1;
///
///     public DecodeStatus TryDecode(in ReadOnlySequence&lt;byte&gt; input, out FrameBounds frame)
///     {
///         frame = new FrameBounds(PrefixBytes: 1, PayloadBytes: input.FirstSpan[0]);
///         return input.Length &gt;= frame.TotalBytes ? DecodeStatus.Complete : DecodeStatus.Incomplete;
///     }
///
///     public void EncodePrefix(IBufferWriter&lt;byte&gt; output, long payloadBytes)
///     {
///         ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadBytes, byte.MaxValue);
///         output.Write([(byte)payloadBytes]);
///     }
///
///     public void EncodeSuffix(IBufferWriter&lt;byte&gt; output, long payloadBytes)
///     {
///     }
/// }
/// </code>
/// </example>
/// </remarks>
public interface IFrameCodec
{
    /// <summary>The most bytes that a frame has besides its payload; at least 0.</summary>
    int MaxOverheadBytes { get; }

    /// <summary>Looks for a frame at the front of <paramref name="input"/>.</summary>
    /// <param name="input">What has come and was not yet consumed; never empty, but its first segment may hold a single byte.</param>
    /// <param name="frame">
    /// For <see cref="DecodeStatus.Complete"/> the frame's bounds. For <see cref="DecodeStatus.Incomplete"/> the bounds too, if they are
    /// known already (the codec is then not asked again before that many bytes are there), else <see langword="default"/>.
    /// </param>
    DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame);

    /// <summary>
    /// Looks again, now that more has come, where a look before found no frame's end. Does what the shorter one does unless overridden:
    /// worth it for codecs that search.
    /// </summary>
    /// <param name="input">As before, and longer.</param>
    /// <param name="seen">How many of these bytes were there at the last look, which said <see cref="DecodeStatus.Incomplete"/> without bounds.</param>
    /// <param name="frame">As in the shorter one. The answer must be the same as its answer.</param>
    DecodeStatus TryDecode(in ReadOnlySequence<byte> input, long seen, out FrameBounds frame) => TryDecode(input, out frame);

    /// <summary>Writes what stands before a payload.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="payloadBytes">Bytes of the payload, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame has no way to say such a length.</exception>
    void EncodePrefix(IBufferWriter<byte> output, long payloadBytes);

    /// <summary>Writes what stands after a payload.</summary>
    void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes);

    /// <summary>Says, for logs and for <see cref="Messages.CloseReason.ProtocolError"/>, what is wrong with bytes that were <see cref="DecodeStatus.Invalid"/>.</summary>
    /// <param name="input">What the codec was shown.</param>
    /// <returns>A sentence. Not for the peer.</returns>
    string Explain(in ReadOnlySequence<byte> input) => "No frame begins with what the peer sent.";
}
