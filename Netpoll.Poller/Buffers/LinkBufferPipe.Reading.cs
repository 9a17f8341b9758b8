using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.ExceptionServices;

namespace Netpoll.Poller.Buffers;

/// <summary>The reader's side.</summary>
public sealed partial class LinkBufferPipe
{
    private Phase _reading;

    /// <summary>What the reader was shown last; its positions are what it comes back with.</summary>
    private ReadOnlySequence<byte> _lastRead;

    /// <summary>Bytes at the front of the unread ones that the reader has looked at: more must come before it is woken.</summary>
    private long _examined;

    /// <summary>The next read, or the one that waits, is to return at once.</summary>
    private bool _isReadCanceled;

    /// <summary>Ended the wait of the read, instead of data.</summary>
    private CancellationToken _readToken;

    private bool HasUnexaminedUnsynchronized => _buffer.Length > _examined;

    /// <summary>Moves everything that can be read to the end of a buffer: a reader that needs no sequence. Above 4 KiB nothing is copied.</summary>
    /// <param name="destination">Where the bytes go, unflushed; owned by the caller.</param>
    /// <returns>False if there was nothing, and there will never be because the writer has completed without an error.</returns>
    /// <exception cref="InvalidOperationException">A read is under way, or the reader is completed.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    public bool TryTake(LinkBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        bool resumesWriter;
        bool mayComeMore;
        lock (_lock)
        {
            BeginReadUnsynchronized();
            _writerError?.Throw();
            mayComeMore = _buffer.Length > 0 || !_isWriterCompleted;
            while (_buffer.Length > 0)
            {
                using BufferSlice slice = _buffer.Slice((int)Math.Min(_buffer.Length, int.MaxValue));
                destination.Append(slice);
            }

            _buffer.ReleaseRead(keepTail: _isWriting);
            _examined = 0;
            resumesWriter = ResumesWriterUnsynchronized();
        }

        if (resumesWriter)
        {
            _flushSignal.Set();
        }

        return mayComeMore;
    }

    internal ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        ValueTask<ReadResult> wait;
        lock (_lock)
        {
            BeginReadUnsynchronized();
            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            }

            if (IsReadReadyUnsynchronized())
            {
                return new ValueTask<ReadResult>(ShowUnsynchronized());
            }

            _reading = Phase.Waiting;
            _readToken = default;
            wait = _readSignal.Begin();
            if (!cancellationToken.CanBeCanceled)
            {
                return wait;
            }

            _readToken = cancellationToken;
        }

        _readSignal.CancelWith(static (state, token) => ((LinkBufferPipe)state!).OnReadTokenCanceled(token), this, cancellationToken);
        return wait;
    }

    internal bool TryRead(out ReadResult result)
    {
        lock (_lock)
        {
            BeginReadUnsynchronized();
            bool isReady = IsReadReadyUnsynchronized();
            result = isReady ? ShowUnsynchronized() : default;
            return isReady;
        }
    }

    internal void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        bool resumesWriter;
        lock (_lock)
        {
            ThrowIfReaderCompletedUnsynchronized();
            if (_reading != Phase.Handed)
            {
                throw new InvalidOperationException("There is no read to advance.");
            }

            long consumedBytes = OffsetUnsynchronized(consumed);
            long examinedBytes = examined.Equals(consumed) ? consumedBytes : OffsetUnsynchronized(examined);
            if (examinedBytes < consumedBytes)
            {
                throw new InvalidOperationException("The examined position must not lie before the consumed one.");
            }

            _reading = Phase.Idle;
            _lastRead = default;
            _examined = examinedBytes - consumedBytes;
            _buffer.Skip(consumedBytes);
            _buffer.ReleaseRead(keepTail: _isWriting);
            resumesWriter = ResumesWriterUnsynchronized();
        }

        if (resumesWriter)
        {
            _flushSignal.Set();
        }
    }

    internal void CancelPendingRead()
    {
        bool wakes;
        lock (_lock)
        {
            _isReadCanceled = true;
            wakes = WakesReaderUnsynchronized();
        }

        if (wakes)
        {
            _readSignal.Set();
        }
    }

    internal void CompleteReader(Exception? exception)
    {
        bool resumesWriter;
        lock (_lock)
        {
            if (_isReaderCompleted)
            {
                return;
            }

            _isReaderCompleted = true;
            _readerError = exception is null ? null : ExceptionDispatchInfo.Capture(exception);
            _reading = Phase.Idle;
            _lastRead = default;
            DropUnreadUnsynchronized();
            ClearIfCompletedUnsynchronized();
            resumesWriter = EndsFlushWaitUnsynchronized();
        }

        if (resumesWriter)
        {
            _flushSignal.Set();
        }
    }

    private void BeginReadUnsynchronized()
    {
        ThrowIfReaderCompletedUnsynchronized();
        if (_reading != Phase.Idle)
        {
            throw new InvalidOperationException("A read is under way already: it waits, or was not advanced.");
        }
    }

    private void ThrowIfReaderCompletedUnsynchronized()
    {
        if (_isReaderCompleted)
        {
            throw new InvalidOperationException("The reader is completed: nothing can be read.");
        }
    }

    private bool IsReadReadyUnsynchronized() => HasUnexaminedUnsynchronized || _isWriterCompleted || _isReadCanceled;

    /// <summary>Hands the unread bytes to the reader.</summary>
    private ReadResult ShowUnsynchronized()
    {
        bool isCanceled = _isReadCanceled;
        _isReadCanceled = false;
        _writerError?.Throw();
        _lastRead = _buffer.AsSequence();
        _reading = Phase.Handed;
        return new ReadResult(_lastRead, isCanceled, _isWriterCompleted);
    }

    private long OffsetUnsynchronized(SequencePosition position)
    {
        // Either end first: nearly every reader comes back with one of them, and the general way walks the sequence.
        if (position.Equals(_lastRead.End))
        {
            return _lastRead.Length;
        }

        return _lastRead.IsEmpty || position.GetObject() is null ? 0 : _lastRead.GetOffset(position) - _lastRead.GetOffset(_lastRead.Start);
    }

    private void DropUnreadUnsynchronized()
    {
        _buffer.Skip(_buffer.Length);
        _buffer.ReleaseRead(keepTail: _isWriting);
        _examined = 0;
    }

    /// <summary>Ends the reader's wait if there is one and a reason to; then the caller signals, outside the lock.</summary>
    private bool WakesReaderUnsynchronized()
    {
        if (_reading != Phase.Waiting || !IsReadReadyUnsynchronized())
        {
            return false;
        }

        _reading = Phase.Ended;
        _readToken = default;
        return true;
    }

    private void OnReadTokenCanceled(CancellationToken token)
    {
        lock (_lock)
        {
            if (_reading != Phase.Waiting || _readToken != token)
            {
                return;
            }

            _reading = Phase.Ended;
        }

        _readSignal.Set();
    }

    /// <summary>The waiter asks for its result.</summary>
    private ReadResult EndRead()
    {
        lock (_lock)
        {
            _reading = Phase.Idle;
            CancellationToken token = _readToken;
            _readToken = default;
            token.ThrowIfCancellationRequested();
            ThrowIfReaderCompletedUnsynchronized();
            return ShowUnsynchronized();
        }
    }
}
