using System.Buffers;

namespace Netpoll.Actors.Tests.Framing;

/// <summary>A sequence of several segments, each an array.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    private Pieces(byte[] bytes, long before) => (Memory, RunningIndex) = (bytes, before);

    public static ReadOnlySequence<byte> Of(params byte[][] arrays)
    {
        Pieces first = new(arrays[0], 0);
        Pieces last = first;
        foreach (byte[] array in arrays.Skip(1))
        {
            Pieces next = new(array, last.RunningIndex + last.Memory.Length);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
