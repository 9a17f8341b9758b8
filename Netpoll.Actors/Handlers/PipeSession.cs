using System.IO.Pipelines;
using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// One run of a <see cref="PipeHandler"/>'s code: its pipes, and how what comes gets into the one that it reads. In the handler's turns only.
/// </summary>
/// <remarks>
/// A request here is what a read brought. It is done when the pipe has it and the code has read enough, so that a code which does not read holds
/// its peer back: the connection reads no further while <see cref="MaxChunks"/> are open.
/// </remarks>
internal sealed class PipeSession
{
    /// <summary>
    /// The most reads that are on their way to the code. One would do, but then the connection would have to stop reading, and begin again,
    /// at each: two system calls.
    /// </summary>
    public const int MaxChunks = 4;

    private readonly IActorRef _handler;
    private readonly HandlerTurns _turns;
    private readonly ConnectionRef _connection;
    private readonly LinkBufferDuplexPipe _code;
    private readonly LinkBufferPipe _input;
    private readonly PipeOutput _output;

    // What has come while the pipe was full; and the requests that are not completed, of which those up to a number have room in the pipe.
    private readonly LinkBuffer _arrived = new();
    private readonly Queue<Request> _open = new();
    private long _added;
    private long _fed;
    private long _completed;

    private bool _isFeeding;
    private bool _hasInputEnded;
    private Exception? _inputError;

    public PipeSession(IActorRef handler, HandlerTurns turns, ConnectionRef connection, long maxUnread, long maxUnsent)
    {
        (_handler, _turns, _connection) = (handler, turns, connection);

        // What waits for the output, and takes from it, is the connection: it is only told so, which may happen on any thread.
        (LinkBufferDuplexPipe own, _code) = LinkBufferDuplexPipe.CreatePair(
            toApplication: Options(turns.Pipes, turns.Pipes, maxUnread),
            toTransport: Options(PipeScheduler.Inline, turns.Pipes, maxUnsent));
        _input = own.Outgoing;
        _output = new PipeOutput(own.Incoming, connection, Fail);
    }

    /// <summary>The code has ended, and its pipes are completed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Begins to run the code, in the handler's next turn.</summary>
    public void Start(Func<ConnectionRef, IDuplexPipe, Task> code)
    {
        _output.Send();
        _ = Task.Factory.StartNew(() => RunAsync(code), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns);
    }

    /// <summary>Bytes have come. <see cref="CompleteRequests"/> follows, when the code has had its turn.</summary>
    public void Add(Request request)
    {
        using BufferSlice chunk = request.TakePayload();
        _open.Enqueue(request);
        _added++;
        if (_hasInputEnded)
        {
            _fed = _added;
            return;
        }

        _arrived.Append(chunk);
        if (!_isFeeding)
        {
            _ = FeedAsync();
        }
    }

    /// <summary>Says that the requests are done whose bytes have found room: the connection reads on.</summary>
    public void CompleteRequests()
    {
        for (; _completed < _fed; _completed++)
        {
            _open.Dequeue().Complete();
        }
    }

    /// <summary>Nothing more comes, after what has: the code sees the end, or this error.</summary>
    public void EndInput(Exception? error)
    {
        if (_hasInputEnded)
        {
            return;
        }

        (_hasInputEnded, _inputError) = (true, error);
        if (!_isFeeding)
        {
            _input.Writer.Complete(error);
        }
    }

    /// <summary>The connection has ended, or the handler: what is left is of no use. The code sees this error, unless it had all that came.</summary>
    public void Break(ConnectionEndedException error)
    {
        if (!_hasInputEnded)
        {
            (_hasInputEnded, _inputError) = (true, error);
            _arrived.Clear();
            _input.Writer.Complete(error);
        }
    }

    /// <summary>The handler ends. Requests that stay open would keep its successor from getting any.</summary>
    public void GiveUp(ConnectionEndedException error)
    {
        Break(error);
        _fed = _added;
        CompleteRequests();
    }

    private static PipeOptions Options(PipeScheduler reader, PipeScheduler writer, long threshold) =>
        new(readerScheduler: reader, writerScheduler: writer, pauseWriterThreshold: threshold, resumeWriterThreshold: Math.Max(1, threshold / 2), useSynchronizationContext: false);

    // Goes on in a turn: the pipe resumes it there.
    private async Task FeedAsync()
    {
        _isFeeding = true;
        try
        {
            while (_arrived.MallocLength > 0)
            {
                long upTo = _added;
                await _input.FlushAsync(_arrived).ConfigureAwait(false);
                _fed = Math.Max(_fed, upTo);
            }
        }
        catch (Exception failure)
        {
            // The code has completed its reader with it.
            _hasInputEnded = true;
            _fed = _added;
            Fail(failure);
        }

        _isFeeding = false;
        if (_hasInputEnded)
        {
            _arrived.Clear();
            _input.Writer.Complete(_inputError);
        }
    }

    private async Task RunAsync(Func<ConnectionRef, IDuplexPipe, Task> code)
    {
        Exception? failure = null;
        try
        {
            // In turns, as whatever the code awaits.
            await code(_connection, _code).ConfigureAwait(true);
        }
        catch (Exception thrown)
        {
            failure = IsOnlyTheEnd(thrown) ? null : thrown;
        }

        HasEnded = true;
        _code.Input.Complete();
        _output.EndCode(hasFailed: failure is not null);
        _handler.Tell(new PipeCodeEnded(this, failure), ActorRefs.NoSender);
    }

    // The connection's end, as the code was shown it: what it is about is known already.
    private bool IsOnlyTheEnd(Exception thrown) => thrown switch
    {
        ConnectionEndedException => true,
        OperationCanceledException canceled => !_connection.IsActive && canceled.CancellationToken == _connection.Closing,
        _ => false,
    };

    private void Fail(Exception failure) => _handler.Tell(new PipeCodeEnded(this, failure), ActorRefs.NoSender);
}
