using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>
/// Names and values that travel with a message beside its payload: tracing context, credentials, a tenant. In order; a name may occur more
/// than once. Fill it on one thread, then leave it alone.
/// </summary>
public sealed class RpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
    private static readonly SearchValues<byte> s_nameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_."u8);
    private static readonly SearchValues<char> s_nameChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly List<KeyValuePair<string, string>> _entries;
    private readonly bool _isReadOnly;

    /// <summary>Creates one without entries.</summary>
    public RpcMetadata()
        : this([], isReadOnly: false)
    {
    }

    private RpcMetadata(List<KeyValuePair<string, string>> entries, bool isReadOnly) => (_entries, _isReadOnly) = (entries, isReadOnly);

    /// <summary>The one without entries that stays so.</summary>
    public static RpcMetadata Empty { get; } = new([], isReadOnly: true);

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>The first value of a name; null if there is none.</summary>
    public string? this[string name]
    {
        get
        {
            foreach ((string entry, string value) in _entries)
            {
                if (entry == name)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <param name="name">1 to 255 characters of <c>a-z 0-9 - _ .</c></param>
    /// <param name="value">Any text of at most 65,535 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">The name or the value is not like that, or there are 255 entries already.</exception>
    /// <exception cref="InvalidOperationException">It was received, or is <see cref="Empty"/>.</exception>
    public void Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (_isReadOnly)
        {
            throw new InvalidOperationException("Metadata that was received is not changed.");
        }

        if (name.Length is 0 or > byte.MaxValue || name.AsSpan().ContainsAnyExcept(s_nameChars))
        {
            throw new ArgumentException($"'{name}' is no name: 1 to 255 characters of a-z 0-9 - _ . are.", nameof(name));
        }

        if (Encoding.UTF8.GetByteCount(value) > ushort.MaxValue)
        {
            throw new ArgumentException($"The value of {name} has more than 65,535 bytes.", nameof(value));
        }

        if (_entries.Count == byte.MaxValue)
        {
            throw new ArgumentException("There are 255 entries already.", nameof(name));
        }

        _entries.Add(new(name, value));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether bytes are so many entries and nothing else.</summary>
    internal static RpcDefect Check(in ReadOnlySequence<byte> bytes, int entries)
    {
        SequenceReader<byte> reader = new(bytes);
        Span<byte> name = stackalloc byte[byte.MaxValue];
        for (; entries > 0; entries--)
        {
            if (!reader.TryRead(out byte nameBytes) || nameBytes == 0 || !reader.TryCopyTo(name[..nameBytes]) || name[..nameBytes].ContainsAnyExcept(s_nameBytes))
            {
                return RpcDefect.Metadata;
            }

            reader.Advance(nameBytes);
            if (!TryReadLength(ref reader, out int valueBytes) || reader.Remaining < valueBytes)
            {
                return RpcDefect.Metadata;
            }

            reader.Advance(valueBytes);
        }

        return reader.End ? RpcDefect.None : RpcDefect.Metadata;
    }

    /// <summary>Reads entries that were checked.</summary>
    internal static RpcMetadata Read(in ReadOnlySequence<byte> bytes, int count)
    {
        List<KeyValuePair<string, string>> entries = new(count);
        SequenceReader<byte> reader = new(bytes);
        for (; count > 0; count--)
        {
            reader.TryRead(out byte nameBytes);
            string name = Encoding.ASCII.GetString(reader.UnreadSequence.Slice(0, nameBytes));
            reader.Advance(nameBytes);
            TryReadLength(ref reader, out int valueBytes);
            entries.Add(new(name, Encoding.UTF8.GetString(reader.UnreadSequence.Slice(0, valueBytes))));
            reader.Advance(valueBytes);
        }

        return new RpcMetadata(entries, isReadOnly: true);
    }

    /// <summary>Whether a receiver with such limits takes it.</summary>
    internal bool Fits(RpcLimits limits) => Count <= limits.MaxMetadataEntries && CountBytes() <= limits.MaxMetadataBytes;

    /// <summary>How many bytes the entries take.</summary>
    /// <exception cref="ArgumentException">More than 65,535.</exception>
    internal int MeasureBytes()
    {
        int bytes = CountBytes();
        return bytes <= ushort.MaxValue ? bytes : throw new ArgumentException($"The metadata has {bytes} bytes; at most 65,535 can be sent.");
    }

    /// <summary>Writes the entries into exactly as many bytes as they take.</summary>
    internal void Write(Span<byte> to)
    {
        foreach ((string name, string value) in _entries)
        {
            to[0] = (byte)name.Length;
            Encoding.ASCII.GetBytes(name, to[1..]);
            to = to[(1 + name.Length)..];
            int valueBytes = Encoding.UTF8.GetBytes(value, to[sizeof(ushort)..]);
            BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)valueBytes);
            to = to[(sizeof(ushort) + valueBytes)..];
        }
    }

    private int CountBytes()
    {
        int bytes = 0;
        foreach ((string name, string value) in _entries)
        {
            bytes += 1 + name.Length + sizeof(ushort) + Encoding.UTF8.GetByteCount(value);
        }

        return bytes;
    }

    private static bool TryReadLength(ref SequenceReader<byte> reader, out int length)
    {
        length = 0;
        if (!reader.TryRead(out byte high) || !reader.TryRead(out byte low))
        {
            return false;
        }

        length = (high << 8) | low;
        return true;
    }
}
