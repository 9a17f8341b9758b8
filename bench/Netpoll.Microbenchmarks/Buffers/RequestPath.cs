using System.Buffers.Binary;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;

namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>One 1028-byte frame through the buffers of a connection, without the system calls: what a request costs here.</summary>
internal sealed class RequestPath : Scenario
{
    private readonly LinkBuffer _input;
    private readonly LinkBuffer _output;
    private readonly BufferSlice _slice = new();
    private readonly byte[] _frame = new byte[1028];
    private readonly bool _copy;

    public RequestPath(bool copy)
        : base(copy ? "request path" : "request path, bytes not copied")
    {
        _copy = copy;
        _input = new LinkBuffer(LoopPool.Enter());
        _output = new LinkBuffer(LoopPool.Enter());
        BinaryPrimitives.WriteInt32BigEndian(_frame, 1024);
    }

    public override unsafe long Once()
    {
        IoVector* vectors = stackalloc IoVector[2];
        var span = new Span<IoVector>(vectors, 2);
        _input.GetReadVectors(span, out _);
        if (_copy)
        {
            _frame.CopyTo(new Span<byte>(vectors[0].Base, 1028));
        }
        else
        {
            *(int*)vectors[0].Base = BinaryPrimitives.ReverseEndianness(1024);
        }

        _input.CommitRead(1028);
        int length = BinaryPrimitives.ReadInt32BigEndian(_input.Peek(4));
        _input.Skip(4);
        _input.Slice(length, _slice);
        _input.Release();

        BinaryPrimitives.WriteInt32BigEndian(_output.Malloc(4), _slice.Length);
        System.Buffers.ReadOnlySequence<byte> payload = _slice.AsSequence();
        if (_copy)
        {
            _output.WriteBinary(payload.FirstSpan);
        }
        else
        {
            _output.Malloc(payload.FirstSpan.Length);
        }

        _output.Flush();
        _slice.Dispose();

        _output.GetWriteVectors(span);
        _output.Skip(_output.Length);
        _output.Release();
        return (long)vectors[0].Length;
    }
}
