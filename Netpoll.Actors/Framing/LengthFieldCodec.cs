using System.Buffers;
using System.Buffers.Binary;

namespace Netpoll.Actors.Framing;

/// <summary>A length field, then that many bytes of payload: the framing of netpoll's benchmark, of Thrift's framed transport and of many others.</summary>
public sealed class LengthFieldCodec : IFrameCodec
{
    private const int MaxFieldBytes = 8;

    private readonly int _offset;
    private readonly int _fieldBytes;
    private readonly bool _isLittleEndian;
    private readonly int _strip;

    /// <summary>Bytes of the frame that the value does not count: what a frame has whose value is 0.</summary>
    private readonly long _uncounted;

    /// <summary>What sending writes, from the frame's first byte to the end of the stripped bytes or of the field; null when that is the field alone.</summary>
    private readonly byte[]? _header;

    /// <summary>Describes the commonest form: the field comes first and is stripped.</summary>
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
        _strip = fieldBytes;
        _isLittleEndian = littleEndian;
        _uncounted = countsItself ? 0 : fieldBytes;
    }

    /// <summary>Describes any form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The field has another size than 1, 2, 3, 4 or 8, or its offset or what is stripped is out of range.</exception>
    /// <exception cref="ArgumentException">The header to send is longer than what is stripped.</exception>
    public LengthFieldCodec(LengthFieldOptions options)
        : this((options ?? throw new ArgumentNullException(nameof(options))).FieldBytes, options.IsLittleEndian)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.FieldOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FieldOffset, LengthFieldOptions.MaxHeaderBytes);
        _offset = options.FieldOffset;
        _strip = options.StripBytes ?? _offset + _fieldBytes;
        ArgumentOutOfRangeException.ThrowIfNegative(_strip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_strip, LengthFieldOptions.MaxHeaderBytes + MaxFieldBytes);
        if (options.Header.Length > _strip)
        {
            throw new ArgumentException("The header to send is longer than what is stripped of a frame: the rest of it would belong to the payload.", nameof(options));
        }

        _uncounted = (long)_offset + _fieldBytes + options.Adjustment;
        if (_offset != 0 || _strip != _fieldBytes)
        {
            _header = new byte[Math.Max(_strip, _offset + _fieldBytes)];
            options.Header.Span.CopyTo(_header);
        }
    }

    /// <inheritdoc/>
    public int MaxOverheadBytes => _strip;

    private int HeaderBytes => _offset + _fieldBytes;

    /// <inheritdoc/>
    public DecodeStatus TryDecode(in ReadOnlySequence<byte> input, out FrameBounds frame)
    {
        frame = default;
        if (input.Length < HeaderBytes)
        {
            return DecodeStatus.Incomplete;
        }

        ulong value = ReadField(input);
        if (value > (ulong)(long.MaxValue - Math.Max(0, _uncounted)))
        {
            return DecodeStatus.Invalid;
        }

        long total = (long)value + _uncounted;
        if (total < Math.Max(HeaderBytes, _strip))
        {
            return DecodeStatus.Invalid;
        }

        frame = new FrameBounds(_strip, total - _strip);
        return input.Length >= total ? DecodeStatus.Complete : DecodeStatus.Incomplete;
    }

    /// <inheritdoc/>
    public void EncodePrefix(IBufferWriter<byte> output, long payloadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        long value = payloadBytes + (_strip - _uncounted);
        if (value < 0 || (_fieldBytes < MaxFieldBytes && value >> (_fieldBytes * 8) != 0))
        {
            throw new ArgumentOutOfRangeException(nameof(payloadBytes), payloadBytes, $"A length field of {_fieldBytes} bytes cannot say it.");
        }

        if (_header is null)
        {
            WriteField(output.GetSpan(_fieldBytes)[.._fieldBytes], (ulong)value);
            output.Advance(_fieldBytes);
        }
        else
        {
            WriteHeader(output, _header, (ulong)value);
        }
    }

    /// <inheritdoc/>
    public void EncodeSuffix(IBufferWriter<byte> output, long payloadBytes)
    {
        // Nothing follows a payload.
    }

    /// <inheritdoc/>
    public string Explain(in ReadOnlySequence<byte> input) => input.Length < HeaderBytes
        ? "No frame begins with what the peer sent."
        : $"No frame has the length {ReadField(input)} that the peer announced: a header has {Math.Max(HeaderBytes, _strip)} bytes, of which the length counts {HeaderBytes - _uncounted}.";

    private ulong ReadField(in ReadOnlySequence<byte> input)
    {
        ReadOnlySpan<byte> first = input.FirstSpan;
        if (first.Length >= HeaderBytes)
        {
            return ReadField(first.Slice(_offset, _fieldBytes));
        }

        Span<byte> field = stackalloc byte[MaxFieldBytes];
        input.Slice(_offset, _fieldBytes).CopyTo(field);
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
        if (field.Length == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(field, _isLittleEndian ? BinaryPrimitives.ReverseEndianness((uint)value) : (uint)value);
            return;
        }

        for (int i = 0; i < field.Length; i++)
        {
            field[_isLittleEndian ? i : field.Length - 1 - i] = (byte)value;
            value >>= 8;
        }
    }

    // The field may lie within the payload, wholly or in part: then so much of it is the payload's to bring.
    private void WriteHeader(IBufferWriter<byte> output, byte[] header, ulong value)
    {
        Span<byte> span = output.GetSpan(header.Length);
        header.CopyTo(span);
        WriteField(span.Slice(_offset, _fieldBytes), value);
        output.Advance(_strip);
    }
}
