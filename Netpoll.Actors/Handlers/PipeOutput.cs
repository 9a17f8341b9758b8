using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// What a <see cref="PipeHandler"/> sends, and the message to its connection that there is some: one object for both, as long as the
/// handler's code runs. What is flushed stays in the pipe until the connection takes it, which it does while it has room; so the pipe's own
/// threshold holds the writer back. Any thread, but for what is marked.
/// </summary>
/// <remarks>
/// Either it waits for bytes (<see cref="Await"/>), or it is on its way to the connection, or the connection has it. The pipe's memory goes back
/// when its reader's end, which is here, and the code's end are both completed.
/// </remarks>
internal sealed class PipeOutput : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResources
{
    private readonly LinkBufferPipe _pipe;
    private readonly ConnectionRef _connection;
    private readonly Action<Exception> _fail;
    private readonly Action _onReady;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _read;

    // Guards what is below, and that nobody takes what somebody else completes.
    private readonly Lock _gate = new();
    private bool _isAbandoned;
    private bool _isDrained;
    private bool _hasCodeEnded;

    /// <param name="pipe">Its reader belongs to this.</param>
    /// <param name="connection">Whose.</param>
    /// <param name="fail">Told what the code has completed its end with, if that is an exception; perhaps more than once.</param>
    public PipeOutput(LinkBufferPipe pipe, ConnectionRef connection, Action<Exception> fail)
    {
        (_pipe, _connection, _fail) = (pipe, connection, fail);
        _onReady = OnReady;
    }

    /// <summary>What a look at the pipe has shown.</summary>
    public enum State
    {
        /// <summary>More may come: call <see cref="Await"/>.</summary>
        Open,

        /// <summary>The code writes no more, but may still read.</summary>
        WritingEnded,

        /// <summary>The code has ended.</summary>
        CodeEnded,

        /// <summary>Somebody else sees to the end.</summary>
        Abandoned,
    }

    /// <summary>Tells the connection.</summary>
    public void Send() => _connection.Actor.Tell(this, ActorRefs.NoSender);

    /// <summary>Of the connection: has this object told again when there is more. Call once for each <see cref="State.Open"/>.</summary>
    public void Await()
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                return;
            }

            try
            {
#pragma warning disable CA2012 // The awaiter is used once for each read, as an await would.
                _read = _pipe.Reader.ReadAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            }
            catch (Exception failure)
            {
                // Of the code: it is what it has completed its end with.
                _fail(failure);
                return;
            }
        }

        if (_read.IsCompleted)
        {
            OnReady();
        }
        else
        {
            _read.UnsafeOnCompleted(_onReady);
        }
    }

    /// <summary>Of the connection: moves all that was flushed to the end of a buffer, to be flushed there.</summary>
    public State Take(LinkBuffer output)
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                return State.Abandoned;
            }

            try
            {
                if (_pipe.TryTake(output))
                {
                    return State.Open;
                }
            }
            catch (Exception failure)
            {
                _fail(failure);
                return State.Abandoned;
            }

            _isDrained = true;
            return _hasCodeEnded ? State.CodeEnded : State.WritingEnded;
        }
    }

    /// <summary>Of the connection: nothing is sent any more. The code sees that at its next flush.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            _pipe.Reader.Complete();
            if (_hasCodeEnded)
            {
                _pipe.Writer.Complete();
            }
        }
    }

    /// <summary>Of the handler: the code has ended. Then the connection closes, after all that was written; if it has failed, that is supervision's business.</summary>
    public void EndCode(bool hasFailed)
    {
        bool closes;
        lock (_gate)
        {
            _hasCodeEnded = true;
            closes = _isDrained && !hasFailed;
            if (!hasFailed || _isAbandoned)
            {
                // Not of code that has failed: what it has not flushed would be sent.
                _pipe.Writer.Complete();
            }
        }

        if (closes)
        {
            _connection.Close();
        }
    }

    /// <inheritdoc/>
    public void Release() => Abandon();

    // On the thread that flushes: only the message goes out there.
    private void OnReady()
    {
        try
        {
#pragma warning disable VSTHRD002 // It has completed: nobody waits.
            ReadResult result = _read.GetResult();
#pragma warning restore VSTHRD002
            _pipe.Reader.AdvanceTo(result.Buffer.Start);
        }
        catch (InvalidOperationException) when (Volatile.Read(ref _isAbandoned))
        {
            // IGNORED: the connection has ended meanwhile, and nobody takes anything any more.
            return;
        }
        catch (Exception failure)
        {
            _fail(failure);
            return;
        }

        Send();
    }
}
