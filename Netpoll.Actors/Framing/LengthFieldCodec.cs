using System.Buffers;
using System.Buffers.Binary;

namespace Netpoll.Actors.Framing;

/// <summary>A length field, then that many bytes of payload: the framing of netpoll's benchmark, of Thrift's framed transport and of many others.</summary>
public sealed class LengthFieldCodec : IFrameCodec
{
    private const int MaxFieldBytes = 8;

    private readonly int _fieldBytes;
    private readonly bool _isLittleEndian;
    private readonly int _adjustment;

    /// <summary>Describes the field.</summary>
    /// <param name="fieldBytes">Bytes of the length field: 1, 2, 3, 4 or 8. Defaults to 4.</param>
    /// <param name="littleEndian">The byte order of the field. Defaults to big-endian.</param>
    /// <param name="countsItself">Whether the length that is sent counts the field's own bytes too. Defaults to false: the payload alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">The field has another size.</exception>
    public LengthFieldCodec(int fieldBytes = 4, bool littleEndian = false, bool countsItself = false)
    {
        if (fieldBytes is not (1 or 2 or 3 or 4 or MaxFieldBytes))
        {
            throw new ArgumentOutOfRangeException(nameof(fieldBytes), fieldBytes, "A length field has 1, 2, 3, 4 or 8 bytes.");
        }

        _fieldBytes = fieldBytes;
        _isLittleEndian = littleEndian;
        _adjustment = countsItself ? fieldBytes : 0;
    }

    /// <inheritdoc/>
    public int MaxOverheadBytes => _fieldBytes;

    /// <inheritdoc/>
    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        frame = default;
        if (input.Length < _fieldBytes)
        {
            return DecodeStatus.Incomplete;
        }

        ulong length = ReadField(input) - (ulong)_adjustment;

        // Also what the subtraction made negative: a length that counts the field, but is smaller than it.
        if (length > long.MaxValue - MaxFieldBytes)
        {
            return DecodeStatus.Invalid;
        }

        frame = new FrameBounds(_fieldBytes, (long)length);
        return input.Length >= frame.TotalBytes ? DecodeStatus.Complete : DecodeStatus.Incomplete;
    }

    /// <inheritdoc/>
    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        ulong length = (ulong)payloadBytes + (ulong)_adjustment;
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        if (_fieldBytes < MaxFieldBytes && length >> (_fieldBytes * 8) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(payloadBytes), payloadBytes, $"A length field of {_fieldBytes} bytes cannot say it.");
        }

        Span<byte> field = output.GetSpan(_fieldBytes);
        if (_fieldBytes == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(field, _isLittleEndian ? BinaryPrimitives.ReverseEndianness((uint)length) : (uint)length);
        }
        else
        {
            WriteField(field[.._fieldBytes], length);
        }

        output.Advance(_fieldBytes);
    }

    /// <inheritdoc/>
    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        // Nothing follows a payload.
    }

    private ulong ReadField(in ReadOnlySequence<byte> input)
    {
        ReadOnlySpan<byte> first = input.FirstSpan;
        if (first.Length >= _fieldBytes)
        {
            return ReadField(first[.._fieldBytes]);
        }

        Span<byte> field = stackalloc byte[MaxFieldBytes];
        input.Slice(0, _fieldBytes).CopyTo(field);
        return ReadField(field[.._fieldBytes]);
    }

    private ulong ReadField(ReadOnlySpan<byte> field)
    {
        if (field.Length == 4)
        {
            return _isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(field) : BinaryPrimitives.ReadUInt32BigEndian(field);
        }

        ulong value = 0;
        for (int i = 0; i < field.Length; i++)
        {
            value = (value << 8) | field[_isLittleEndian ? field.Length - 1 - i : i];
        }

        return value;
    }

    private void WriteField(Span<byte> field, ulong value)
    {
        for (int i = 0; i < field.Length; i++)
        {
            field[_isLittleEndian ? i : field.Length - 1 - i] = (byte)value;
            value >>= 8;
        }
    }
}
