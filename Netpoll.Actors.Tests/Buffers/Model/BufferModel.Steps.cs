using System.Buffers;
using System.Text;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>The steps.</summary>
internal sealed partial class BufferModel
{
    private void Do(Step step)
    {
        switch (step.Operation)
        {
            case <= Operation.Receive:
                Write(step);
                break;
            case <= Operation.Release:
                Read(step);
                break;
            default:
                Handle(step);
                break;
        }
    }

    private void Write(Step step)
    {
        byte[] bytes = Fresh(step.A);
        int at = _pending.Count;
        switch (step.Operation)
        {
            case Operation.Malloc:
                bytes.CopyTo(_buffer.Malloc(bytes.Length));
                break;
            case Operation.WriteSpan:
                _buffer.WriteBinary(bytes.AsSpan());
                break;
            case Operation.WriteMemory:
                _buffer.WriteBinary(new ReadOnlyMemory<byte>([.. bytes, 1, 2, 3], 0, bytes.Length));
                break;
            case Operation.WriteForeign:
                _lent.Add(new NativeMemory(bytes));
                _buffer.WriteBinary(_lent[^1].Memory);
                break;
            case Operation.WriteByte:
                bytes = bytes[..1];
                _buffer.WriteByte(bytes[0]);
                break;
            case Operation.WriteString:
                string text = string.Concat(Enumerable.Repeat("aé€😀", (step.A / 8) + 1));
                bytes = Encoding.UTF8.GetBytes(text);
                Expect(_buffer.WriteString(text) == bytes.Length, "length of a written string");
                break;
            case Operation.WriterSpan:
                bytes.CopyTo(_buffer.GetSpan(step.B % 3 == 0 ? 0 : bytes.Length) is var space && space.Length >= bytes.Length ? space : _buffer.GetSpan(bytes.Length));
                _buffer.Advance(bytes.Length);
                break;
            case Operation.WriterMemory:
                bytes.CopyTo(_buffer.GetMemory(bytes.Length));
                _buffer.Advance(bytes.Length);
                break;
            case Operation.WriteDirect:
                int remain = step.B % (_pending.Count + 1);
                at -= remain;
                _buffer.WriteDirect(step.B % 2 == 0 ? bytes : Lend(bytes), remain);
                break;
            case Operation.MallocAck:
                _pending.Truncate(step.B % (_pending.Count + 1));
                _buffer.MallocAck(_pending.Count);
                return;
            case Operation.AppendBuffer:
                bytes = AppendBuffer(bytes, step.B);
                break;
            case Operation.AppendSlice:
                bytes = AppendSlice(step.B);
                break;
            case Operation.AppendOwner:
                _given.Add(new NativeMemory(bytes));
                _buffer.Append(_given[^1], bytes.Length);
                break;
            case Operation.WriteSequence:
                _buffer.WriteSequence(Split(bytes, step.B));
                break;
            case Operation.Flush:
                _buffer.Flush();
                _readable.Add(_pending.Span);
                _pending.Clear();
                return;
            default:
                Receive(bytes);
                return;
        }

        _pending.Insert(at, bytes);
    }

    private ReadOnlyMemory<byte> Lend(byte[] bytes)
    {
        _lent.Add(new NativeMemory(bytes));
        return _lent[^1].Memory;
    }

    /// <summary>A buffer in some state of use: part of it read, part sliced, part flushed.</summary>
    private byte[] AppendBuffer(byte[] bytes, int variant)
    {
        using var other = new LinkBuffer(_pool);
        int cut = variant % (bytes.Length + 1);
        int inFirst = variant % 5 == 0 ? cut / 3 : 0;
        BufferSpec.WriteOwnBlock(other, bytes.AsSpan(0, inFirst));
        other.WriteBinary(bytes.AsSpan(inFirst, cut - inFirst));
        if (variant % 3 == 0)
        {
            other.Append(new NativeMemoryOwner(this, bytes[..(cut / 2)]), cut / 2);
            bytes = [.. bytes[..cut], .. bytes[..(cut / 2)], .. bytes[cut..]];
            cut += cut / 2;
        }

        other.Flush();
        int read = variant / 7 % (cut + 1);
        if (read > 0)
        {
            switch (variant % 4)
            {
                case 0:
                    other.Skip(read);
                    break;
                case 1:
                    other.Next(read);
                    break;
                case 2:
                    _slices.Add((other.Slice(read), bytes[..read]));
                    break;
                default:
                    other.AsSequence(read);
                    other.Read(new byte[read]);
                    break;
            }
        }

        other.WriteBinary(bytes.AsSpan(cut));
        _buffer.Append(other);
        Expect(other.Length == 0 && other.MallocLength == 0, "an appended buffer is empty");
        return bytes[read..];
    }

    private byte[] AppendSlice(int which)
    {
        if (_slices.Count == 0)
        {
            return [];
        }

        (BufferSlice slice, byte[] bytes) = _slices[which % _slices.Count];
        _slices.RemoveAt(which % _slices.Count);
        _buffer.Append(slice);
        Expect(slice.IsEmpty, "an appended slice is empty");
        return bytes;
    }

    private void Receive(byte[] bytes)
    {
        if (_pending.Count == 0)
        {
            int received = BufferSpec.Receive(_buffer, bytes.AsSpan(0, bytes.Length - (bytes.Length % 5 == 0 ? bytes.Length : 0)));
            _readable.Add(bytes.AsSpan(0, received));
        }
    }

    private void Read(Step step)
    {
        int n = Math.Min(step.A, _readable.Count);
        switch (step.Operation)
        {
            case Operation.Next:
                ExpectSame(_readable.Take(n), _buffer.Next(n), "next");
                break;
            case Operation.Peek:
                ExpectSame(_readable.Span[..n], _buffer.Peek(n), "peek");
                break;
            case Operation.TooMuch:
                TryTooMuch();
                break;
            case Operation.Skip:
                _buffer.Skip(n);
                _readable.Take(n);
                break;
            case Operation.Slice:
                _slices.Add((_buffer.Slice(n), _readable.Take(n).ToArray()));
                break;
            case Operation.ReadByte:
                Expect(_buffer.TryReadByte(out byte value) == _readable.Count > 0, "whether there is a byte");
                Expect(_readable.Count == 0 || _readable.Take(1)[0] == value, "a byte");
                break;
            case Operation.ReadBinary:
                ExpectSame(_readable.Take(n), _buffer.ReadBinary(n), "binary");
                break;
            case Operation.ReadString:
                Expect(Encoding.UTF8.GetString(_readable.Take(n)) == _buffer.ReadString(n), "string");
                break;
            case Operation.Read:
                var copy = new byte[step.A];
                Expect(_buffer.Read(copy) == n, "bytes read");
                ExpectSame(_readable.Take(n), copy.AsSpan(0, n), "read");
                break;
            case Operation.Sequence:
                ReadOnlySequence<byte> sequence = _buffer.AsSequence(n);
                ExpectSame(_readable.Span[..n], sequence, "sequence");
                _shown.Add((sequence, _readable.Span[..n].ToArray()));
                break;
            case Operation.IndexOfByte:
            case Operation.IndexOfRow:
            case Operation.Until:
                Search(step);
                break;
            case Operation.Send:
                Send(1 + (step.B % 5), step.A);
                break;
            default:
                EndShown();
                _buffer.Release();
                break;
        }
    }

    private void TryTooMuch()
    {
        int n = _readable.Count + 1;
        Expect(!_buffer.TryPeek(n, out _) && !_buffer.TryNext(n, out _), "more bytes than there are");
        try
        {
            _buffer.Skip(n);
        }
        catch (InvalidOperationException)
        {
            return;
        }

        Expect(false, "skipping too much is refused");
    }

    private void Search(Step step)
    {
        int from = step.A % (_readable.Count + 2);
        ReadOnlySpan<byte> rest = from < _readable.Count ? _readable.Span[from..] : default;
        if (step.Operation == Operation.IndexOfRow && rest.Length > 0)
        {
            int at = step.B % rest.Length;
            byte[] row = rest.Slice(at, Math.Min(1 + (step.B % 600), rest.Length - at)).ToArray();
            row[^1] ^= (byte)(step.B % 2);
            int expected = rest.IndexOf(row);
            Expect(_buffer.IndexOf(row, from) == (expected < 0 ? -1 : expected + from), "index of a row");
        }
        else if (step.Operation == Operation.Until)
        {
            int expected = _readable.Span.IndexOf((byte)step.B);
            bool isFound = _buffer.TryUntil((byte)step.B, out ReadOnlySpan<byte> line);
            Expect(isFound == expected >= 0, "whether there is a delimiter");
            ExpectSame(_readable.Take(expected + 1), line, "until");
        }
        else
        {
            int expected = rest.IndexOf((byte)step.B);
            Expect(_buffer.IndexOf((byte)step.B, from) == (expected < 0 ? -1 : expected + from), "index of a byte");
        }
    }

    private unsafe void Send(int vectors, int atMost)
    {
        var pieces = new Netpoll.Poller.Native.IoVector[vectors];
        int count = _buffer.GetWriteVectors(pieces);
        long sent = 0;
        for (int i = 0; i < count && sent < atMost; i++)
        {
            int step = (int)Math.Min((long)pieces[i].Length, atMost - sent);
            ExpectSame(_readable.Take(step), new ReadOnlySpan<byte>(pieces[i].Base, step), "vector");
            sent += step;
        }

        EndShown();
        _buffer.Skip(sent);
        _buffer.Release();
    }

    private void Handle(Step step)
    {
        if (step.Operation == Operation.Clear)
        {
            EndShown();
            _buffer.Clear();
            _readable.Clear();
            _pending.Clear();
            Expect(_buffer.HeldBytes() == 0, "a cleared buffer holds memory");
        }
        else if (_slices.Count > 0)
        {
            int which = step.B % _slices.Count;
            (BufferSlice slice, byte[] bytes) = _slices[which];
            ExpectSame(bytes, slice.AsSequence(), "slice");
            switch (step.Operation)
            {
                case Operation.RetainSlice:
                    _slices.Add((slice.Retain(), bytes));
                    break;
                case Operation.MoveSlice:
                    _slices[which] = (slice.Detach(), bytes);
                    slice.Dispose();
                    break;
                default:
                    _slices.RemoveAt(which);
                    slice.Dispose();
                    slice.Dispose();
                    break;
            }
        }
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int variant)
    {
        Segment? first = null;
        Segment? last = null;
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, 1 + (variant % 10_000));
            last = new Segment(bytes.AsMemory(at, length), last);
            first ??= last;
            at += length;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }

    /// <summary>Memory given away; remembered, to see that it was disposed.</summary>
    private sealed class NativeMemoryOwner : IMemoryOwner<byte>
    {
        private readonly NativeMemory _memory;

        public NativeMemoryOwner(BufferModel model, byte[] bytes)
        {
            _memory = new NativeMemory(bytes);
            model._given.Add(_memory);
        }

        public Memory<byte> Memory => _memory.Memory;

        public void Dispose() => ((IDisposable)_memory).Dispose();
    }
}
