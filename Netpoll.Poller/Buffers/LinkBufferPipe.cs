using System.IO.Pipelines;
using System.Runtime.ExceptionServices;

namespace Netpoll.Poller.Buffers;

/// <summary>
/// A <see cref="Pipe"/> over a <see cref="LinkBuffer"/>: <see cref="Reader"/> and <see cref="Writer"/> keep the contract that
/// System.IO.Pipelines documents, on this library's blocks.
/// </summary>
/// <remarks>
/// <para>
/// It is the bridge between a loop and code that awaits. What a loop has in a buffer goes in without a copy
/// (<see cref="FlushAsync(LinkBuffer, CancellationToken)"/>), and what such code wrote comes out into a buffer the same way
/// (<see cref="TryTake"/>); there is no second pipe in between.
/// </para>
/// <para>
/// One reader and one writer, on any threads, at the same time; a lock guards what they share. Waiters are resumed on the schedulers of the
/// options: on the thread pool unless told otherwise. All memory goes back when both sides are completed.
/// </para>
/// </remarks>
#pragma warning disable CA1001 // As a Pipe: completing both ends is what returns the memory.
public sealed partial class LinkBufferPipe
#pragma warning restore CA1001
{
    /// <summary>Guards every field below, except what a writer does in the buffer between its first piece of memory and its flush.</summary>
    private readonly Lock _lock = new();
    private readonly LinkBuffer _buffer;
    private readonly long _pauseThreshold;
    private readonly long _resumeThreshold;

    /// <summary>The reader's wait and the writer's; who begins one, begins it under the lock.</summary>
    private readonly PipeSignal<ReadResult> _readSignal;
    private readonly PipeSignal<FlushResult> _flushSignal;

    private bool _isReaderCompleted;
    private bool _isWriterCompleted;

    /// <summary>What the other side is to throw.</summary>
    private ExceptionDispatchInfo? _readerError;
    private ExceptionDispatchInfo? _writerError;

    /// <summary>Creates a pipe.</summary>
    /// <param name="pool">Where its blocks come from; <see cref="BlockPool.Shared"/> if null.</param>
    /// <param name="options">
    /// Thresholds and schedulers; <see cref="PipeOptions.Default"/> if null. Its memory pool, segment size and synchronization context setting
    /// are not used: memory comes from <paramref name="pool"/>, and an <c>await</c> captures the context by itself.
    /// </param>
    public LinkBufferPipe(BlockPool? pool = null, PipeOptions? options = null)
    {
        options ??= PipeOptions.Default;
        _buffer = new LinkBuffer(pool);
        _pauseThreshold = options.PauseWriterThreshold;
        _resumeThreshold = Math.Max(1, options.ResumeWriterThreshold);
        _readSignal = new PipeSignal<ReadResult>(options.ReaderScheduler, EndRead);
        _flushSignal = new PipeSignal<FlushResult>(options.WriterScheduler, EndFlush);
        Reader = new LinkBufferPipeReader(this);
        Writer = new LinkBufferPipeWriter(this);
    }

    /// <summary>The end that is read.</summary>
    public PipeReader Reader { get; }

    /// <summary>The end that is written.</summary>
    public PipeWriter Writer { get; }

    /// <summary>Makes the pipe as new, once both ends are completed.</summary>
    /// <exception cref="InvalidOperationException">An end is not completed.</exception>
    public void Reset()
    {
        lock (_lock)
        {
            if (!_isReaderCompleted || !_isWriterCompleted)
            {
                throw new InvalidOperationException("Both ends of the pipe must be completed before it is reset.");
            }

            _isReaderCompleted = _isWriterCompleted = false;
            _readerError = _writerError = null;
            _reading = Phase.Idle;
            _flushing = Phase.Idle;
            _isReadCanceled = _isFlushCanceled = false;
            _examined = 0;
            _lastRead = default;
        }
    }

    /// <summary>Both ends are completed: nobody can look at the memory any more.</summary>
    private void ClearIfCompletedUnsynchronized()
    {
        if (_isReaderCompleted && _isWriterCompleted)
        {
            _buffer.Clear();
        }
    }

    /// <summary>Where one side's operation is.</summary>
    private enum Phase
    {
        /// <summary>None is under way.</summary>
        Idle,

        /// <summary>It waits, and whoever ends the wait sets <see cref="Ended"/>.</summary>
        Waiting,

        /// <summary>Its wait has ended, and its caller has not yet asked for the result.</summary>
        Ended,

        /// <summary>Its caller has a result and has not yet said how far it got. Reads only.</summary>
        Handed,
    }
}
