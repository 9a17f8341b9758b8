using System.Buffers;
using System.Diagnostics;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// A call on its way. Ends exactly once: with an answer, a failure, its time-out or its cancellation. Until then exactly one place has it
/// (the row of waiting calls, a link's outbox, a connection's table), and that place ends it; only a cancellation comes from outside.
/// </summary>
/// <remarks>
/// It keeps its own copy of the request, so that it can be sent again, and later the bytes of the answer. An <see cref="AwaitedCall"/> is
/// used again for another call, so whoever has ended one touches it no more. One that was cancelled is not used again: what still
/// points to it may find it ended, but never find another call in its place.
/// </remarks>
internal abstract class PendingCall
{
    /// <summary>Up to so many bytes a request is copied into an array that the call keeps; from there on into blocks.</summary>
    private const int MaxSmallBytes = LinkBuffer.InlineCopyThreshold;

    private readonly BufferSlice _large = new();
    private readonly BufferSlice _answer = new();
    private byte[] _small = [];
    private int _smallBytes;
    private int _headBytes;
    private int _answerVersion;
    private int _isEnded;
    private CallTrace _trace;

    /// <summary>The next in a link's outbox, or in the row that it waits in.</summary>
    public PendingCall? Next { get; set; }

    /// <summary>The one before it in the row that it waits in.</summary>
    public PendingCall? Previous { get; set; }

    /// <summary>The next in a link's list of cancelled calls.</summary>
    public PendingCall? NextCancelled { get; set; }

    /// <summary>The row that it waits in, if any. Guarded by the router's lock.</summary>
    public CallRow? Row { get; set; }

    /// <summary>What is to make it again, while it waits for that. Guarded by the router's lock.</summary>
    public object? Retry { get; set; }

    /// <summary>Who found it a connection.</summary>
    public CallRouter? Router { get; set; }

    /// <summary>The link that it was last given to.</summary>
    public ClientLink? Link { get; set; }

    /// <summary>Where it is in its connection's table; its id on the wire, if the protocol has ids. Loop thread.</summary>
    public ulong Id { get; set; }

    /// <summary>Whether it is in its connection's table. Loop thread.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether it is the one call that shows if a server is alive again.</summary>
    public bool IsProbe { get; set; }

    /// <summary>How often it was tried and failed.</summary>
    public int Failures { get; set; }

    /// <summary>What the caller asked for.</summary>
    public CallOptions Options { get; private set; }

    /// <summary>When it is over, as <see cref="Stopwatch.GetTimestamp"/> counts; 0 for never.</summary>
    public long Deadline { get; private set; }

    /// <summary>True once nobody waits for the answer any more.</summary>
    public bool IsEnded => Volatile.Read(ref _isEnded) != 0;

    /// <summary>Whether something of its answer is the caller's already, so that it must not be made again.</summary>
    public virtual bool HasItems => false;

    /// <summary>How many bytes of items may come before more are granted; 0 for no limit, and for what is no stream.</summary>
    public virtual int StreamWindow => 0;

    public long RequestBytes => _large.IsEmpty ? _smallBytes : _large.Length;

    /// <summary>Takes a copy of the request, and starts the clock.</summary>
    public void Prepare(ReadOnlySpan<byte> payload, in CallOptions options)
    {
        Begin(options, payload.Length);
        if (payload.Length <= MaxSmallBytes)
        {
            payload.CopyTo(SmallRequest(payload.Length));
        }
        else
        {
            using LinkBuffer large = new();
            large.WriteBinary(payload);
            KeepLarge(large);
        }
    }

    /// <inheritdoc cref="Prepare(ReadOnlySpan{byte}, in CallOptions)"/>
    public void Prepare(in ReadOnlySequence<byte> payload, in CallOptions options)
    {
        Begin(options, payload.Length);
        if (payload.Length <= MaxSmallBytes)
        {
            payload.CopyTo(SmallRequest((int)payload.Length));
            return;
        }

        using LinkBuffer large = new();
        foreach (ReadOnlyMemory<byte> piece in payload)
        {
            large.WriteBinary(piece.Span);
        }

        KeepLarge(large);
    }

    /// <summary>Writes the request behind what a buffer has.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="mayRepeat">Whether it may be needed once more.</param>
    public void WriteRequest(LinkBuffer output, bool mayRepeat)
    {
        if (_large.IsEmpty)
        {
            output.WriteBinary(_small.AsSpan(0, _smallBytes));
        }
        else if (mayRepeat)
        {
            using BufferSlice copy = _large.Retain();
            output.Append(copy);
        }
        else
        {
            output.Append(_large);
        }
    }

    /// <summary>Ends the call with its answer, which is then the caller's.</summary>
    /// <param name="frame">What came; empty afterwards if the call took it.</param>
    /// <param name="headBytes">How much of it comes before the answer's payload.</param>
    /// <returns>False if the call has ended already: the answer is late.</returns>
    public bool TryAnswer(BufferSlice frame, int headBytes)
    {
        if (!TryEnd())
        {
            return false;
        }

        EndTrace();
        frame.MoveTo(_answer);
        _headBytes = headBytes;
        Finish(new Response(this, _answerVersion));
        return true;
    }

    /// <summary>Ends the call without an answer. Any thread; does nothing to a call that has ended.</summary>
    public void Fail(Exception error)
    {
        if (TryEnd())
        {
            EndTrace(error);
            Finish(error);
        }
    }

    /// <summary>Ends the call after the last of several answers.</summary>
    /// <param name="frame">What came, all of it; valid during the call only.</param>
    public virtual void EndStream(in ReadOnlySequence<byte> frame) => Fail(NotOneAnswer());

    public static RpcException NotOneAnswer() => new("The server has answered with a stream, where one answer was expected.");

    /// <summary>Ends the call because its time is over.</summary>
    public void FailLate() => Fail(new TimeoutException($"No answer within {Options.Timeout}."));

    public ReadOnlySequence<byte> ReadAnswer(int version) =>
        version == Volatile.Read(ref _answerVersion) ? _answer.AsSequence().Slice(_headBytes) : ReadOnlySequence<byte>.Empty;

    /// <summary>The whole frame of the answer: what comes before the payload, too.</summary>
    public ReadOnlySequence<byte> ReadFrame(int version) =>
        version == Volatile.Read(ref _answerVersion) ? _answer.AsSequence() : ReadOnlySequence<byte>.Empty;

    /// <summary>The caller is done with the answer. Only the first disposal of its copies counts.</summary>
    public void ReleaseAnswer(int version)
    {
        if (Interlocked.CompareExchange(ref _answerVersion, version + 1, version) == version)
        {
            _answer.Dispose();
            OnAnswerReleased();
        }
    }

    /// <summary>Ends the call's span. For who has ended the call, before the caller hears of it.</summary>
    protected void EndTrace(Exception? failure = null) => _trace.End(Link?.Endpoint.Address, failure);

    protected bool TryEnd() => Interlocked.Exchange(ref _isEnded, 1) == 0;

    /// <summary>The call has ended with an answer.</summary>
    protected abstract void Finish(in Response response);

    /// <summary>The call has ended without one.</summary>
    protected abstract void Finish(Exception error);

    /// <summary>Nobody has anything of the call any more.</summary>
    protected virtual void OnAnswerReleased()
    {
    }

    /// <summary>Makes the call as new.</summary>
    protected void Reset()
    {
        _large.Dispose();
        (Next, Previous, NextCancelled, Row, Retry, Router, Link) = (null, null, null, null, null, null, null);
        (Id, IsOpen, IsProbe, Failures, Options, Deadline) = (0, false, false, 0, default, 0);
        Volatile.Write(ref _isEnded, 0);
    }

    private void Begin(in CallOptions options, long bytes)
    {
        Options = options;
        Deadline = options.Timeout is { } timeout ? Clock.After(timeout) : 0;
        if (options.Tag is not ITracedTag)
        {
            _trace.Begin(bytes);
        }
    }

    private Span<byte> SmallRequest(int bytes)
    {
        if (_small.Length < bytes)
        {
            _small = new byte[Math.Max(128, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes))];
        }

        _smallBytes = bytes;
        return _small.AsSpan(0, bytes);
    }

    private void KeepLarge(LinkBuffer written)
    {
        written.Flush();
        written.Slice(checked((int)written.Length), _large);
    }
}
