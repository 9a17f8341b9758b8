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
    private readonly ILoggingAdapter _log;
    private readonly Lock _lock = new();

    private Activity? _activity;
    private CancellationTokenSource? _cancellation;
    private bool _isRunningOn;
    private bool _isEnded;
    private volatile bool _isCancelled;

    internal RpcCall(string method, in RpcMessage message, Request request, ILoggingAdapter log)
    {
        Method = method;
        IsOneWay = message.Kind == RpcKind.OneWay;
        Id = message.Id;
        Metadata = message.ReadMetadata();
        _timeoutMillis = message.TimeoutMillis;
        _request = request;
        _arrivedAt = request.ArrivedAt;
        _log = log;
    }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>The connection that the call came on.</summary>
    public ConnectionRef Connection => _request.Connection;

    /// <summary>What travelled with the request.</summary>
    public RpcMetadata Metadata { get; }

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
                RpcWriter.WriteResponse(output, Id);
                formatter.Write(answer, output);
            }
            catch (Exception failure)
            {
                // The claim to answer is taken, so the failure must be the answer: nothing else may be.
                output.Clear();
                _log.Error(failure, "The answer of {0} could not be written", Method);
                RpcWriter.WriteError(output, Id, RpcStatus.Internal, "The answer could not be written.");
                End(output, RpcStatus.Internal, failure.Message);
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
            RpcWriter.WriteResponse(output, Id);
            End(output, RpcStatus.Ok, null);
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
            RpcWriter.WriteStreamEnd(output, Id);
            End(output, RpcStatus.Ok, null);
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
                Fail(told.Status, told.Message);
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
    internal void Fail(RpcStatus status, string message)
    {
        if (IsOneWay)
        {
            Finish(status, message);
            _request.Complete();
        }
        else if (_request.BeginReply() is { } output)
        {
            RpcWriter.WriteError(output, Id, status, message);
            End(output, status, message);
        }
        else
        {
            Finish(status, message);
        }
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
