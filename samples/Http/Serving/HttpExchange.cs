using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using HttpSample.Protocol;
using Netpoll.Poller.Buffers;

namespace HttpSample.Serving;

/// <summary>One request after the other of a connection, with its response. Disposing it gives back what a body was kept in.</summary>
internal sealed class HttpExchange(IDuplexPipe pipe) : IDisposable
{
    /// <summary>Above so much the response is sent before the next request is looked at (arbitrary): below, pipelined ones share a system call.</summary>
    private const int FlushAbove = 32 * 1024;

    private readonly RequestBody _body = new();
    private readonly LinkBuffer _content = new();

    // Ends the wait for the rest of a request that has begun.
    private CancellationTokenSource _time = new();
    private bool _hasBegun;

    public RequestHead Head { get; } = new();

    public PipeWriter Output => pipe.Output;

    /// <summary>Waits for the next request's head.</summary>
    /// <returns>False if there is none: the peer has ended, or what it sent was no request and has been answered.</returns>
    public async ValueTask<bool> ReadHeadAsync()
    {
        StopTime();
        while (true)
        {
            ReadResult? read;
            try
            {
                read = await ReadAsync();
            }
            catch (OperationCanceledException)
            {
                return Refuse(HttpStatus.RequestTimeout);
            }

            if (read is not { } result)
            {
                return false;
            }

            ReadOnlySequence<byte> rest = result.Buffer;
            HttpStatus? status = RequestHeadParser.TryTake(ref rest, Head);
            bool isCutOff = status is null && result.IsCompleted;
            pipe.Input.AdvanceTo(rest.Start, status is null ? rest.End : rest.Start);
            if (isCutOff && rest.IsEmpty)
            {
                return false;
            }

            if (status is not null || isCutOff)
            {
                _body.Begin(Head);
                return status == HttpStatus.Ok || Refuse(status ?? HttpStatus.BadRequest);
            }

            if (!rest.IsEmpty)
            {
                StartTime();
            }
        }
    }

    /// <summary>Reads the request's content to its end.</summary>
    /// <param name="destination">Where it goes; null to discard it.</param>
    /// <returns>The error, if it is not what the head promised: the connection cannot go on.</returns>
    public async ValueTask<HttpStatus> ReadBodyAsync(IBufferWriter<byte>? destination)
    {
        while (!_body.IsComplete)
        {
            StartTime();
            ReadResult? read;
            try
            {
                read = await ReadAsync();
            }
            catch (OperationCanceledException)
            {
                return HttpStatus.RequestTimeout;
            }

            if (read is not { } result)
            {
                return HttpStatus.BadRequest;
            }

            ReadOnlySequence<byte> rest = result.Buffer;
            HttpStatus status = _body.Take(ref rest, destination);
            pipe.Input.AdvanceTo(rest.Start, _body.IsComplete ? rest.Start : rest.End);
            if (status != HttpStatus.Ok)
            {
                return status;
            }

            if (!_body.IsComplete && result.IsCompleted)
            {
                return HttpStatus.BadRequest;
            }
        }

        return HttpStatus.Ok;
    }

    /// <summary>Reads the request's content to its end and keeps it: nothing of the response is sent before.</summary>
    public async ValueTask<(HttpStatus Status, LinkBuffer Content)> GatherBodyAsync()
    {
        _content.Clear();
        HttpStatus status = await ReadBodyAsync(_content);
        _content.Flush();
        return (status, _content);
    }

    /// <summary>Says to a client that waits for it that it may send its content.</summary>
    public void Continue()
    {
        if (Head.ExpectsContinue && !_body.IsComplete)
        {
            Output.Write(ResponseHead.Continue);
        }
    }

    /// <summary>Writes a response that says no more than its status, after which the connection closes.</summary>
    /// <returns>False.</returns>
    public bool Refuse(HttpStatus status)
    {
        Head.SaysClose = true;
        RespondWithText(status, Encoding.ASCII.GetBytes($"{(int)status} {status}\n"));
        return false;
    }

    /// <summary>Writes a whole response.</summary>
    public void RespondWithText(HttpStatus status, ReadOnlySpan<byte> text, ReadOnlySpan<byte> allow = default)
    {
        ResponseHead.Write(Output, status, "text/plain"u8, text.Length, Head, allow);
        if (Head.Method != RequestMethod.Head)
        {
            Output.Write(text);
        }
    }

    /// <summary>Sends what was written, and waits while the peer does not take it.</summary>
    /// <returns>False if nobody takes anything any more.</returns>
    public async ValueTask<bool> FlushAsync() => !(await Output.FlushAsync()).IsCompleted;

    public void Dispose()
    {
        _content.Dispose();
        _time.Dispose();
    }

    private void StartTime()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            _time.CancelAfter(HttpLimits.MaxRequestTime);
        }
    }

    private void StopTime()
    {
        if (_hasBegun && !_time.TryReset())
        {
            // It was over when the request was all there: that is in time.
            _time.Dispose();
            _time = new CancellationTokenSource();
        }

        _hasBegun = false;
    }

    // What was written leaves when there is nothing else to do, or when it is much. Null when nobody takes it any more. Throws when the time is over.
    private async ValueTask<ReadResult?> ReadAsync()
    {
        bool isThere = pipe.Input.TryRead(out ReadResult result);
        if ((!isThere || Output.UnflushedBytes >= FlushAbove) && Output.UnflushedBytes > 0 && !await FlushAsync())
        {
            return null;
        }

        return isThere ? result : await pipe.Input.ReadAsync(_time.Token);
    }
}
