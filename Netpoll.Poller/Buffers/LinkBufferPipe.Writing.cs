using System.IO.Pipelines;
using System.Runtime.ExceptionServices;

namespace Netpoll.Poller.Buffers;

/// <summary>The writer's side.</summary>
public sealed partial class LinkBufferPipe
{
    /// <summary>
    /// The writer is between its first piece of memory and its flush: it fills and advances without the lock, and the reader leaves the last
    /// block alone. Set and cleared by the writer, under the lock.
    /// </summary>
    private bool _isWriting;

    private Phase _flushing;

    /// <summary>The next flush, or the one that waits, is to return at once.</summary>
    private bool _isFlushCanceled;

    /// <summary>Ended the wait of the flush, instead of the reader.</summary>
    private CancellationToken _flushToken;

    /// <summary>The writer's own count.</summary>
    internal long UnflushedBytes => _buffer.MallocLength;

    private bool IsAbovePauseUnsynchronized => _pauseThreshold > 0 && _buffer.Length - _examined >= _pauseThreshold;

    /// <summary>Moves everything in a buffer into the pipe, without a copy, and flushes: a writer that has its bytes in blocks.</summary>
    /// <param name="source">Left empty; owned by the caller.</param>
    /// <param name="cancellationToken">Ends the wait, not the flush.</param>
    /// <returns>As <see cref="PipeWriter.FlushAsync"/>: ends when the reader has caught up.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The writer is completed.</exception>
    public ValueTask<FlushResult> FlushAsync(LinkBuffer source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        lock (_lock)
        {
            ThrowIfWriterCompletedUnsynchronized();
            _buffer.Append(source);
        }

        return FlushAsync(cancellationToken);
    }

    internal Memory<byte> GetMemory(int sizeHint)
    {
        BeginWrite();
        return _buffer.GetMemory(sizeHint);
    }

    internal Span<byte> GetSpan(int sizeHint)
    {
        BeginWrite();
        return _buffer.GetSpan(sizeHint);
    }

    internal void Advance(int bytes) => _buffer.Advance(bytes);

    internal ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        bool wakesReader;
        ValueTask<FlushResult> result;
        bool waits = false;
        lock (_lock)
        {
            if (_flushing != Phase.Idle)
            {
                throw new InvalidOperationException("A flush is under way already.");
            }

            PublishUnsynchronized();
            wakesReader = WakesReaderUnsynchronized();
            if (_isFlushCanceled || _isReaderCompleted || !IsAbovePauseUnsynchronized)
            {
                result = new ValueTask<FlushResult>(FlushResultUnsynchronized());
            }
            else
            {
                waits = true;
                _flushing = Phase.Waiting;
                _flushToken = cancellationToken;
                result = _flushSignal.Begin();
            }
        }

        if (wakesReader)
        {
            _readSignal.Set();
        }

        if (waits && cancellationToken.CanBeCanceled)
        {
            _flushSignal.CancelWith(static (state, token) => ((LinkBufferPipe)state!).OnFlushTokenCanceled(token), this, cancellationToken);
        }

        return result;
    }

    internal void CancelPendingFlush()
    {
        bool wakes;
        lock (_lock)
        {
            _isFlushCanceled = true;
            wakes = EndsFlushWaitUnsynchronized();
        }

        if (wakes)
        {
            _flushSignal.Set();
        }
    }

    internal void CompleteWriter(Exception? exception)
    {
        bool wakesReader;
        lock (_lock)
        {
            if (_isWriterCompleted)
            {
                return;
            }

            PublishUnsynchronized();
            _isWriterCompleted = true;
            _writerError = exception is null ? null : ExceptionDispatchInfo.Capture(exception);
            ClearIfCompletedUnsynchronized();
            wakesReader = WakesReaderUnsynchronized();
        }

        if (wakesReader)
        {
            _readSignal.Set();
        }
    }

    private void BeginWrite()
    {
        if (_isWriting)
        {
            return;
        }

        lock (_lock)
        {
            ThrowIfWriterCompletedUnsynchronized();
            _isWriting = true;
        }
    }

    private void ThrowIfWriterCompletedUnsynchronized()
    {
        if (_isWriterCompleted)
        {
            throw new InvalidOperationException("The writer is completed: nothing can be written.");
        }
    }

    /// <summary>Makes what was written readable, or drops it if nobody reads.</summary>
    private void PublishUnsynchronized()
    {
        _buffer.Flush();
        _isWriting = false;
        if (_isReaderCompleted)
        {
            DropUnreadUnsynchronized();
        }
    }

    private FlushResult FlushResultUnsynchronized()
    {
        bool isCanceled = _isFlushCanceled;
        _isFlushCanceled = false;
        _readerError?.Throw();
        return new FlushResult(isCanceled, _isReaderCompleted);
    }

    /// <summary>Ends the writer's wait if the reader has caught up; then the caller signals, outside the lock.</summary>
    private bool ResumesWriterUnsynchronized() => _buffer.Length - _examined < _resumeThreshold && EndsFlushWaitUnsynchronized();

    private bool EndsFlushWaitUnsynchronized()
    {
        if (_flushing != Phase.Waiting)
        {
            return false;
        }

        _flushing = Phase.Ended;
        _flushToken = default;
        return true;
    }

    private void OnFlushTokenCanceled(CancellationToken token)
    {
        lock (_lock)
        {
            if (_flushing != Phase.Waiting || _flushToken != token)
            {
                return;
            }

            _flushing = Phase.Ended;
        }

        _flushSignal.Set();
    }

    /// <summary>The waiter asks for its result.</summary>
    private FlushResult EndFlush()
    {
        lock (_lock)
        {
            _flushing = Phase.Idle;
            CancellationToken token = _flushToken;
            _flushToken = default;
            token.ThrowIfCancellationRequested();
            return FlushResultUnsynchronized();
        }
    }
}
