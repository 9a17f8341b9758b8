using System.Buffers;
using System.Diagnostics;
using Akka.Event;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>One call that is being served, as its method sees it. Any thread, from the call to its end.</summary>
public sealed class RpcCall
{
    private readonly Request _request;
    private readonly long _arrivedAt;
    private readonly uint _timeoutMillis;
    private readonly RpcLimits _limits;
    private readonly ILoggingAdapter _log;
    private readonly Lock _lock = new();

    private RpcMetadata? _answerMetadata;
    private Activity? _activity;
    private CancellationTokenSource? _cancellation;
    private bool _isRunningOn;
    private bool _isEnded;
    private volatile bool _isCancelled;

    internal RpcCall(string method, in RpcMessage message, Request request, RpcLimits limits, ILoggingAdapter log)
    {
        Method = method;
        IsOneWay = message.Kind == RpcKind.OneWay;
        Id = message.Id;
        Metadata = message.ReadMetadata();
        _timeoutMillis = message.TimeoutMillis;
        _request = request;
        _arrivedAt = request.ArrivedAt;
        _limits = limits;
        _log = log;
        Credit = message.StreamWindow == 0 ? null : new StreamCredit(message.StreamWindow);
    }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>The connection that the call came on.</summary>
    public ConnectionRef Connection => _request.Connection;

    /// <summary>What travelled with the request.</summary>
    public RpcMetadata Metadata { get; }

    /// <summary>
    /// What travels with the answer, whether it is a value, the end of a stream or a failure that has no metadata of its own. The method fills it before
    /// it ends. More than the service's <see cref="RpcLimits"/> allow makes the call fail: no caller may expect to be sent more.
    /// </summary>
    public RpcMetadata AnswerMetadata => _answerMetadata ??= [];

    /// <summary>Whether the caller expects no answer, whatever the method returns.</summary>
    public bool IsOneWay { get; }

    /// <summary>How long the caller still waits, zero or less when no longer; null for no limit.</summary>
    public TimeSpan? Remaining => _timeoutMillis == 0 ? null : TimeSpan.FromMilliseconds(_timeoutMillis) - Stopwatch.GetElapsedTime(_arrivedAt);

    /// <summary>Cancelled when the caller cancels, when its time is over, and when its connection ends.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            lock (_lock)
            {
                if (_cancellation is null)
                {
                    _cancellation = new CancellationTokenSource();
                    if (_isCancelled)
                    {
                        _cancellation.Cancel();
                    }
                    else if (Remaining is { } remaining)
                    {
                        _cancellation.CancelAfter(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
                    }
                }

                RunOn();
                return _cancellation.Token;
            }
        }
    }

    internal ulong Id { get; }

    /// <summary>How much of a stream the caller takes; null for any amount.</summary>
    internal StreamCredit? Credit { get; }

    /// <summary>Whether the caller's time is over.</summary>
    internal bool IsLate => Remaining <= TimeSpan.Zero;

    /// <summary>Begins the trace, if anybody listens. Until the caller of this restores it, the trace is the current one.</summary>
    internal void StartTrace() => _activity = RpcTelemetry.Start(Method, Metadata, Connection);

    /// <summary>The method has not ended when it returned: from now on the caller can cancel it.</summary>
    internal void RunOn()
    {
        lock (_lock)
        {
            if (!_isRunningOn && !_isEnded && !IsOneWay)
            {
                _isRunningOn = true;
                ConnectionCalls.Of(Connection).Add(this);
            }
        }
    }

    /// <summary>Nobody wants the answer any more.</summary>
    internal void Cancel()
    {
        CancellationTokenSource? cancellation;
        lock (_lock)
        {
            _isCancelled = true;
            cancellation = _cancellation;
        }

        // Outside the lock: whoever waits for the token runs here.
        cancellation?.Cancel();
    }

    /// <summary>Ends the call with its answer.</summary>
    internal void Reply<T>(IRpcFormatter<T> formatter, T answer)
    {
        if (IsOneWay)
        {
            Complete();
            return;
        }

        if (_request.BeginReply() is { } output)
        {
            try
            {
                RpcWriter.WriteResponse(output, Id, CheckedMetadata());
                formatter.Write(answer, output);
            }
            catch (Exception failure)
            {
                EndUnwritable(output, failure);
                return;
            }

            End(output, RpcStatus.Ok, null);
        }
        else
        {
            Finish(RpcStatus.Cancelled, null);
        }
    }

    /// <summary>Ends the call without a value: an answer of no bytes, or none to a call that expects none.</summary>
    internal void Complete()
    {
        if (IsOneWay)
        {
            Finish(RpcStatus.Ok, null);
            _request.Complete();
        }
        else if (_request.BeginReply() is { } output)
        {
            WriteEnd(RpcWriter.WriteResponse, output);
        }
        else
        {
            Finish(RpcStatus.Cancelled, null);
        }
    }

    /// <summary>Ends the call after the last item of its stream.</summary>
    internal void EndStream()
    {
        if (_request.BeginReply() is { } output)
        {
            WriteEnd(RpcWriter.WriteStreamEnd, output);
        }
        else
        {
            Finish(RpcStatus.Cancelled, null);
        }
    }

    /// <summary>Ends the call with what its method threw. Only what was thrown for the caller is told to the caller.</summary>
    internal void Fail(Exception failure)
    {
        switch (failure)
        {
            case RpcStatusException told:
                Fail(told.Status, told.Message, told.Metadata, told.IsNotStarted);
                break;
            case OperationCanceledException when _isCancelled:
                Fail(RpcStatus.Cancelled, "The call was cancelled.");
                break;
            case OperationCanceledException when IsLate || _cancellation is { IsCancellationRequested: true }:
                Fail(RpcStatus.DeadlineExceeded, "The time of the call was over before it was done.");
                break;
            default:
                _log.Error(failure, "{0} failed", Method);
                Fail(RpcStatus.Internal, "The method failed.");
                break;
        }
    }

    /// <summary>Ends the call with a failure.</summary>
    internal void Fail(RpcStatus status, string message, RpcMetadata? metadata = null, bool isNotStarted = false)
    {
        if (IsOneWay)
        {
            Finish(status, message);
            _request.Complete();
        }
        else if (_request.BeginReply() is { } output)
        {
            metadata = metadata is { Count: > 0 } ? metadata : _answerMetadata;
            if (metadata is not null && !metadata.Fits(_limits))
            {
                // The failure matters more.
                _log.Error("The metadata of a failure of {0} is more than may be sent, and is left out", Method);
                metadata = null;
            }

            RpcWriter.WriteError(output, Id, status, message, metadata, isNotStarted);
            End(output, status, message);
        }
        else
        {
            Finish(status, message);
        }
    }

    private void WriteEnd(Action<IBufferWriter<byte>, ulong, RpcMetadata?> write, LinkBuffer output)
    {
        try
        {
            write(output, Id, CheckedMetadata());
        }
        catch (InvalidOperationException failure)
        {
            EndUnwritable(output, failure);
            return;
        }

        End(output, RpcStatus.Ok, null);
    }

    private RpcMetadata? CheckedMetadata() => _answerMetadata is null || _answerMetadata.Fits(_limits)
        ? _answerMetadata
        : throw new InvalidOperationException($"The metadata of the answer has more than {_limits.MaxMetadataEntries} entries or {_limits.MaxMetadataBytes} bytes.");

    // The claim to answer is taken, so the failure must be the answer: nothing else may be.
    private void EndUnwritable(LinkBuffer output, Exception failure)
    {
        output.Clear();
        _log.Error(failure, "The answer of {0} could not be written", Method);
        RpcWriter.WriteError(output, Id, RpcStatus.Internal, "The answer could not be written.");
        End(output, RpcStatus.Internal, failure.Message);
    }

    private void End(LinkBuffer output, RpcStatus status, string? message)
    {
        output.Flush();

        // Before the answer leaves: whoever has it sees the call counted.
        Finish(status, message);
        _request.SendReply();
    }

    private void Finish(RpcStatus status, string? message)
    {
        lock (_lock)
        {
            _isEnded = true;
            if (_isRunningOn)
            {
                ConnectionCalls.Of(Connection).Remove(this);
            }
        }

        if (_activity is { } activity)
        {
            RpcInstruments.Stop(activity, status, message);
        }

        if (RpcTelemetry.IsMeasuring)
        {
            RpcTelemetry.Record(Method, _arrivedAt, status);
        }

        // Without a timer left behind. Not disposed: a method may hold the token beyond the call's end.
        _cancellation?.CancelAfter(Timeout.InfiniteTimeSpan);
    }
}
