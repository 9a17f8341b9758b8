using System.Buffers;
using System.IO.Pipelines;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>What System.IO.Pipelines documents of a reader and a writer that belong together; run against its own pipe and against ours.</summary>
public abstract class PipeContractSpec : BufferSpec
{
    private const int Pause = 64;
    private const int Resume = 32;

    // Made once, whichever thread is first: the two ends of a test may be on two.
    private readonly Lazy<(PipeReader Reader, PipeWriter Writer)> _pipe;

    protected PipeContractSpec() => _pipe = new(() => NewPipe(new PipeOptions(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: Pause,
        resumeWriterThreshold: Resume,
        useSynchronizationContext: false)));

    private PipeReader Reader => _pipe.Value.Reader;

    private PipeWriter Writer => _pipe.Value.Writer;

    [Fact]
    public async Task What_is_flushed_is_read()
    {
        await Writer.WriteAsync(Count(10));
        ReadResult result = await Reader.ReadAsync();
        Assert.Equal(Count(10), result.Buffer.ToArray());
        Assert.False(result.IsCompleted || result.IsCanceled);
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public void What_is_not_flushed_is_not_read()
    {
        Write(10);
        Assert.False(Reader.TryRead(out _));
        Assert.Equal(10, Writer.UnflushedBytes);
        Assert.True(Writer.CanGetUnflushedBytes);
        End();
    }

    [Fact]
    public async Task A_read_waits_for_a_flush()
    {
        ValueTask<ReadResult> read = Reader.ReadAsync();
        Assert.False(read.IsCompleted);
        Write(1);
        Assert.False(read.IsCompleted);
        await Writer.FlushAsync();
        Assert.True(read.IsCompleted);
        Reader.AdvanceTo((await read).Buffer.End);
        End();
    }

    [Fact]
    public async Task A_flush_of_nothing_does_not_wake_the_reader()
    {
        ValueTask<ReadResult> read = Reader.ReadAsync();
        await Writer.FlushAsync();
        Assert.False(read.IsCompleted);
        Writer.Complete();
        Assert.True((await read).IsCompleted);
        Reader.Complete();
    }

    [Fact]
    public async Task Unconsumed_bytes_come_again()
    {
        await Writer.WriteAsync(Count(10));
        ReadResult result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.GetPosition(4));
        result = await Reader.ReadAsync();
        Assert.Equal(Count(6, 4), result.Buffer.ToArray());
        Reader.AdvanceTo(result.Buffer.End);
        Assert.False(Reader.TryRead(out _));
        End();
    }

    [Fact]
    public async Task Examined_bytes_come_again_only_with_more()
    {
        await Writer.WriteAsync(Count(10));
        ReadResult result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.GetPosition(4), result.Buffer.End);
        Assert.False(Reader.TryRead(out _));
        ValueTask<ReadResult> read = Reader.ReadAsync();
        Assert.False(read.IsCompleted);

        await Writer.WriteAsync(Count(2, 10));
        result = await read;
        Assert.Equal(Count(8, 4), result.Buffer.ToArray());
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public async Task Bytes_behind_the_examined_position_wake_at_once()
    {
        await Writer.WriteAsync(Count(10));
        ReadResult result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(9));
        Assert.True(Reader.TryRead(out result));
        Assert.Equal(10, result.Buffer.Length);
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public async Task Examined_may_not_lie_before_consumed()
    {
        await Writer.WriteAsync(Count(10));
        ReadResult result = await Reader.ReadAsync();
        Assert.Throws<InvalidOperationException>(() => Reader.AdvanceTo(result.Buffer.End, result.Buffer.Start));
        End();
    }

    [Fact]
    public async Task Examining_less_than_before_wakes_at_once()
    {
        await Writer.WriteAsync(Count(10));
        ReadResult result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await Writer.WriteAsync(Count(10));
        result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(3));
        Assert.True(Reader.TryRead(out result));
        Assert.Equal(20, result.Buffer.Length);
        End();
    }

    [Fact]
    public async Task A_second_read_before_the_advance_is_refused()
    {
        await Writer.WriteAsync(Count(10));
        ReadResult result = await Reader.ReadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Reader.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => Reader.TryRead(out _));
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public void An_advance_without_a_read_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Reader.AdvanceTo(default));
        End();
    }

    [Fact]
    public async Task A_completed_writer_completes_the_read_with_what_is_there()
    {
        Write(5);
        Writer.Complete();
        ReadResult result = await Reader.ReadAsync();
        Assert.Equal(5, result.Buffer.Length);
        Assert.True(result.IsCompleted);
        Reader.AdvanceTo(result.Buffer.End);
        result = await Reader.ReadAsync();
        Assert.True(result is { IsCompleted: true, Buffer.IsEmpty: true });
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public async Task A_writers_exception_reaches_the_reader()
    {
        ValueTask<ReadResult> read = Reader.ReadAsync();
        Writer.Complete(new TimeoutException("writer"));
        Assert.Equal("writer", (await Assert.ThrowsAsync<TimeoutException>(async () => await read)).Message);
        Assert.Throws<TimeoutException>(() => Reader.TryRead(out _));
        End();
    }

    [Fact]
    public async Task A_completed_reader_completes_the_flush()
    {
        Reader.Complete();
        Write(10);
        FlushResult result = await Writer.FlushAsync();
        Assert.True(result.IsCompleted);
        Assert.False(result.IsCanceled);
        End();
    }

    [Fact]
    public async Task A_readers_exception_reaches_the_writer()
    {
        Reader.Complete(new TimeoutException("reader"));
        await Assert.ThrowsAsync<TimeoutException>(async () => await Writer.WriteAsync(Count(1)));
        End();
    }

    [Fact]
    public async Task Nothing_can_be_done_with_a_completed_end()
    {
        Reader.Complete();
        Writer.Complete();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Reader.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => Reader.TryRead(out _));
        Assert.Throws<InvalidOperationException>(() => Writer.GetMemory());
        Assert.Throws<InvalidOperationException>(() => Writer.GetSpan());
        End();
    }

    [Fact]
    public void Completing_twice_is_harmless()
    {
        End();
        End();
    }

    [Fact]
    public async Task A_canceled_read_returns_once_and_the_next_one_waits()
    {
        ValueTask<ReadResult> read = Reader.ReadAsync();
        Reader.CancelPendingRead();
        ReadResult result = await read;
        Assert.True(result.IsCanceled);
        Assert.True(result.Buffer.IsEmpty);
        Reader.AdvanceTo(result.Buffer.End);
        Assert.False(Reader.TryRead(out _));
        End();
    }

    [Fact]
    public async Task A_read_canceled_in_advance_shows_what_is_there()
    {
        await Writer.WriteAsync(Count(3));
        Reader.CancelPendingRead();
        ReadResult result = await Reader.ReadAsync();
        Assert.True(result.IsCanceled);
        Assert.Equal(3, result.Buffer.Length);
        Reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
        result = await Reader.ReadAsync();
        Assert.False(result.IsCanceled);
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public async Task A_token_cancels_a_waiting_read_and_a_later_one_goes_on()
    {
        using var source = new CancellationTokenSource();
        ValueTask<ReadResult> read = Reader.ReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Reader.ReadAsync(source.Token));

        await Writer.WriteAsync(Count(3));
        ReadResult result = await Reader.ReadAsync();
        Assert.Equal(3, result.Buffer.Length);
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public async Task A_flush_waits_above_the_pause_threshold_until_the_resume_threshold()
    {
        Write(Pause);
        ValueTask<FlushResult> flush = Writer.FlushAsync();
        Assert.False(flush.IsCompleted);

        ReadResult result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.GetPosition(Pause - Resume));
        Assert.False(flush.IsCompleted);
        result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.GetPosition(1));
        Assert.True(flush.IsCompleted);
        Assert.False((await flush).IsCompleted);
        End();
    }

    [Fact]
    public async Task Examining_everything_lets_the_writer_go_on()
    {
        Write(Pause);
        ValueTask<FlushResult> flush = Writer.FlushAsync();
        ReadResult result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.True(flush.IsCompleted);
        await flush;
        End();
    }

    [Fact]
    public async Task A_canceled_flush_has_flushed()
    {
        Write(Pause);
        ValueTask<FlushResult> flush = Writer.FlushAsync();
        Writer.CancelPendingFlush();
        Assert.True((await flush).IsCanceled);
        ReadResult result = await Reader.ReadAsync();
        Assert.Equal(Pause, result.Buffer.Length);
        Reader.AdvanceTo(result.Buffer.End);
        Assert.False((await Writer.WriteAsync(Count(1))).IsCanceled);
        End();
    }

    [Fact]
    public async Task A_token_cancels_a_waiting_flush()
    {
        using var source = new CancellationTokenSource();
        Write(Pause);
        ValueTask<FlushResult> flush = Writer.FlushAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await flush);
        End();
    }

    [Fact]
    public async Task A_completing_reader_ends_a_waiting_flush()
    {
        Write(Pause);
        ValueTask<FlushResult> flush = Writer.FlushAsync();
        Reader.Complete();
        Assert.True((await flush).IsCompleted);
        End();
    }

    [Fact]
    public void Advancing_beyond_the_memory_is_refused()
    {
        int length = Writer.GetMemory(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => Writer.Advance(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Writer.Advance(-1));
        End();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Memory_is_at_least_as_long_as_the_hint(int hint)
    {
        Assert.True(Writer.GetMemory(hint).Length >= Math.Max(1, hint));
        Assert.True(Writer.GetSpan(hint).Length >= Math.Max(1, hint));
        End();
    }

    [Fact]
    public async Task A_drained_pipe_keeps_memory_that_the_writer_has_in_hand()
    {
        await Writer.WriteAsync(Count(4));
        Memory<byte> space = Writer.GetMemory(4);
        ReadResult result = await Reader.ReadAsync();
        Reader.AdvanceTo(result.Buffer.End);
        Count(4, 50).CopyTo(space);
        Writer.Advance(4);
        await Writer.FlushAsync();
        result = await Reader.ReadAsync();
        Assert.Equal(Count(4, 50), result.Buffer.ToArray());
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public async Task Reading_at_least_waits_for_so_many_bytes()
    {
        ValueTask<ReadResult> read = Reader.ReadAtLeastAsync(10);
        await Writer.WriteAsync(Count(9));
        Assert.False(read.IsCompleted);
        await Writer.WriteAsync(Count(9, 9));
        ReadResult result = await read;
        Assert.Equal(Count(18), result.Buffer.ToArray());
        Reader.AdvanceTo(result.Buffer.End);
        End();
    }

    [Fact]
    public async Task A_stream_of_bytes_arrives_in_order_under_back_pressure()
    {
        const int Total = 200_000;
        Task writing = Task.Run(async () =>
        {
            for (int sent = 0; sent < Total;)
            {
                int step = Math.Min(Total - sent, 1 + (sent % 173));
                Count(step, sent).CopyTo(Writer.GetMemory(step));
                Writer.Advance(step);
                await Writer.FlushAsync();
                sent += step;
            }

            Writer.Complete();
        });

        int read = 0;
        while (true)
        {
            ReadResult result = await Reader.ReadAsync();
            int take = (int)Math.Max(Math.Min(1, result.Buffer.Length), result.Buffer.Length - (read % 7));
            Assert.Equal(Count(take, read), result.Buffer.Slice(0, take).ToArray());
            read += take;
            bool isEnd = result.IsCompleted && take == result.Buffer.Length;
            Reader.AdvanceTo(result.Buffer.GetPosition(take));
            if (isEnd)
            {
                break;
            }
        }

        await writing;
        Assert.Equal(Total, read);
        End();
    }

    [Fact]
    public async Task The_stream_views_work()
    {
        await Writer.AsStream(leaveOpen: true).WriteAsync(Count(50));
        Writer.Complete();
        using var copy = new MemoryStream();
        await Reader.AsStream(leaveOpen: true).CopyToAsync(copy);
        Assert.Equal(Count(50), copy.ToArray());
        End();
    }

    private protected abstract (PipeReader Reader, PipeWriter Writer) NewPipe(PipeOptions options);

    private void Write(int count)
    {
        Count(count).CopyTo(Writer.GetMemory(count));
        Writer.Advance(count);
    }

    private void End()
    {
        Reader.Complete();
        Writer.Complete();
    }
}

/// <summary>The contract as System.IO.Pipelines itself keeps it: shows that the tests are about it.</summary>
public sealed class SystemPipeSpec : PipeContractSpec
{
    private protected override (PipeReader Reader, PipeWriter Writer) NewPipe(PipeOptions options)
    {
        var pipe = new Pipe(options);
        return (pipe.Reader, pipe.Writer);
    }
}

/// <summary>The contract as a pipe over link buffers keeps it.</summary>
public sealed class LinkBufferPipeContractSpec : PipeContractSpec
{
    private protected override (PipeReader Reader, PipeWriter Writer) NewPipe(PipeOptions options)
    {
        var pipe = new LinkBufferPipe(Pool, options);
        return (pipe.Reader, pipe.Writer);
    }
}

/// <summary>The contract as two ends of a duplex pipe keep it.</summary>
public sealed class LinkBufferDuplexPipeContractSpec : PipeContractSpec
{
    private protected override (PipeReader Reader, PipeWriter Writer) NewPipe(PipeOptions options)
    {
        (LinkBufferDuplexPipe transport, LinkBufferDuplexPipe application) = LinkBufferDuplexPipe.CreatePair(Pool, options, options);
        return (application.Input, transport.Output);
    }
}
