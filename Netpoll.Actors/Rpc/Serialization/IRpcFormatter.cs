using System.Buffers;

namespace Netpoll.Actors.Rpc.Serialization;

/// <summary>Writes and reads values of one type. Many threads use one at once.</summary>
public interface IRpcFormatter<T>
{
    /// <summary>Writes a value straight into what is sent.</summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Where to; behind what stands there already.</param>
    void Write(T value, IBufferWriter<byte> output);

    /// <summary>Reads a value from what was received.</summary>
    /// <param name="bytes">All of it; the value must not keep them.</param>
    /// <exception cref="Exception">Any, if the bytes are no such value: the caller is told that its request is invalid.</exception>
    T Read(in ReadOnlySequence<byte> bytes);
}
