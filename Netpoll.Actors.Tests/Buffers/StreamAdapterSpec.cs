using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>Streams in front of buffers and behind them, numbered as in the conformance table.</summary>
public sealed class StreamAdapterSpec : BufferSpec
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C78_A_stream_is_read_as_far_as_asked(bool isAsync)
    {
        StreamFiller filler = Own(new StreamFiller(new EndlessStream(), Pool));
        await Fill(filler, 8192, isAsync);
        Assert.Equal(8192, filler.Buffer.Next(8192).Length);
        Assert.Equal(0, filler.Buffer.Length);

        await Fill(filler, 4096, isAsync);
        Assert.Equal(4096, filler.Buffer.Peek(4096).Length);
        Assert.Equal(4096, filler.Buffer.Length);
        filler.Buffer.Skip(4096);
        filler.Buffer.Release();
        Assert.Equal(0, filler.Buffer.HeldBytes());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C79_A_flush_writes_everything_to_the_stream(bool isAsync)
    {
        using var stream = new MemoryStream();
        StreamDrainer drainer = Own(new StreamDrainer(stream, Pool));
        Count(1024).CopyTo(drainer.Buffer.Malloc(1024));
        Assert.Equal(0, drainer.Buffer.Length);
        await Flush(drainer, isAsync);
        Assert.Equal(0, drainer.Buffer.Length);

        drainer.Buffer.WriteBinary(Count(20_000));
        drainer.Buffer.WriteBinary(Count(2048).AsSpan());
        drainer.Buffer.Flush();
        Assert.Equal(22_048, drainer.Buffer.Length);
        await Flush(drainer, isAsync);
        Assert.Equal(0, drainer.Buffer.HeldBytes());
        Assert.Equal(Count(1024).Concat(Count(20_000)).Concat(Count(2048)), stream.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C80_The_end_of_the_stream_is_an_error_of_its_own(bool isAsync)
    {
        StreamFiller filler = Own(new StreamFiller(new MemoryStream(Count(10)), Pool));
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await Fill(filler, 8192, isAsync));
        Assert.Equal(Count(10), filler.Buffer.ReadBinary(10));
        filler.Buffer.Release();
    }

    [Fact]
    public void A_stream_that_reads_less_than_nothing_is_refused()
    {
        StreamFiller filler = Own(new StreamFiller(new EndlessStream { Result = -1 }, Pool));
        Assert.Throws<IOException>(() => filler.Fill(1));
    }

    [Fact]
    public void C81_What_is_written_to_the_stream_is_read_from_it()
    {
        LinkBuffer buffer = NewBuffer();
        using var stream = new LinkBufferStream(buffer, buffer);
        stream.Write("hello world"u8);
        var bytes = new byte[1024];
        Assert.Equal(11, stream.Read(bytes, 0, 1024));
        Assert.Equal("hello world"u8.ToArray(), bytes[..11]);
        Assert.Equal(0, stream.Read(bytes));
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public async Task C82_The_stream_ends_where_the_buffer_does()
    {
        LinkBuffer buffer = NewBuffer();
        using var stream = new LinkBufferStream(buffer, buffer);
        await stream.WriteAsync("hello "u8.ToArray());
        await stream.WriteAsync(Count(20_000));
        stream.WriteByte((byte)'!');
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal([.. "hello "u8, .. Count(20_000), (byte)'!'], copy.ToArray());
        buffer.Release();
        Assert.Equal(0, buffer.HeldBytes());
    }

    [Fact]
    public void A_stream_without_an_input_or_output_cannot_be_read_or_written()
    {
        using var none = new LinkBufferStream(null, null);
        Assert.False(none.CanRead || none.CanWrite || none.CanSeek);
        Assert.Throws<NotSupportedException>(() => none.ReadByte());
        Assert.Throws<NotSupportedException>(() => none.WriteByte(1));
        none.Flush();
    }

    private static async Task Fill(StreamFiller filler, long count, bool isAsync)
    {
        if (isAsync)
        {
            await filler.FillAsync(count);
        }
        else
        {
            filler.Fill(count);
        }
    }

    private static async Task Flush(StreamDrainer drainer, bool isAsync)
    {
        if (isAsync)
        {
            await drainer.FlushAsync();
        }
        else
        {
            drainer.Flush();
        }
    }

    /// <summary>Always reads as much as it is given room for, or what it is told to return.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public int? Result { get; init; }

        public override int Read(Span<byte> buffer) => Result ?? Math.Min(buffer.Length, 4096);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span));
    }
}
