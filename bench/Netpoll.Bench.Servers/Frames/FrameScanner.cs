using System.Buffers;
using System.Buffers.Binary;

namespace Netpoll.Bench.Servers.Frames;

/// <summary>Finds whole frames: 4 bytes of length, big-endian, and as many bytes.</summary>
internal static class FrameScanner
{
    /// <summary>Bytes of the length.</summary>
    public const int HeaderBytes = 4;

    /// <summary>The longest body that is taken; the bench's own are far below.</summary>
    private const int MaxBodyBytes = 16 << 20;

    /// <summary>How many of the bytes are whole frames.</summary>
    /// <param name="bytes">Begins with a frame.</param>
    /// <param name="needed">Bytes of the frame that is cut off after them; 0 when its header is.</param>
    /// <exception cref="InvalidDataException">A frame is over the limit.</exception>
    public static int WholeBytes(ReadOnlySpan<byte> bytes, out int needed)
    {
        int whole = 0;
        needed = 0;
        while (bytes.Length - whole >= HeaderBytes)
        {
            int frame = FirstBytes(bytes[whole..]);
            if (bytes.Length - whole < frame)
            {
                needed = frame;
                break;
            }

            whole += frame;
        }

        return whole;
    }

    /// <summary>Bytes of the first frame, header included, of which at least the header is there.</summary>
    /// <exception cref="InvalidDataException">It is over the limit.</exception>
    public static int FirstBytes(ReadOnlySpan<byte> bytes) => FrameBytes(BinaryPrimitives.ReadInt32BigEndian(bytes));

    /// <summary>Cuts the first frame, header included, off.</summary>
    /// <returns>False when it is not whole.</returns>
    /// <exception cref="InvalidDataException">It is over the limit.</exception>
    public static bool TryCut(ref ReadOnlySequence<byte> bytes, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (bytes.Length < HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        bytes.Slice(0, HeaderBytes).CopyTo(header);
        int length = FirstBytes(header);
        if (bytes.Length < length)
        {
            return false;
        }

        frame = bytes.Slice(0, length);
        bytes = bytes.Slice(length);
        return true;
    }

    private static int FrameBytes(int body) => body is >= 0 and <= MaxBodyBytes
        ? HeaderBytes + body
        : throw new InvalidDataException($"a frame of {(uint)body} bytes is over the limit");
}
