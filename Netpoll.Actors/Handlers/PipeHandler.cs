using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using Akka.Actor;
using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// The actor to derive from for asynchronous code over a stream of bytes: one <see cref="RunAsync"/> for each connection, with a reader and a writer
/// of System.IO.Pipelines. For a listener with <see cref="Framing.Codecs.Raw"/>, as a handler of its own for each connection
/// (<see cref="HandlerSource.PerConnection"/>, with the Props of this class).
/// </summary>
/// <remarks>
/// <para>
/// The pipes are over the connection's own blocks, so bytes are not copied between. Back-pressure goes both ways: a connection whose code does not
/// read is not read, and a flush waits while the peer does not take what was sent.
/// </para>
/// <para>
/// The code runs in the actor, and so does what follows each <c>await</c> without <c>ConfigureAwait(false)</c>: never two parts of it at once, nor
/// beside <see cref="RequestHandler.OnMessage"/>. It must not wait for its own pipes other than by awaiting them. After the actor's own end, when it was
/// stopped before its code had ended, the rest runs on the thread pool.
/// </para>
/// <para>
/// An exception from <see cref="RunAsync"/>, and one with which it completes a pipe, is supervision's business, as for any <see cref="RequestHandler"/>: by
/// default the connection is closed with <see cref="CloseReason.HandlerFaulted"/> after what was flushed. A handler that takes a failed one's place
/// begins with the bytes that come after. With <see cref="Directive.Resume"/> there is nothing to go on with, so the connection closes too.
/// </para>
/// </remarks>
public abstract class PipeHandler : RequestHandler
{
    private readonly HandlerTurns _turns;
    private PipeSession? _session;
    private ConnectionRef? _connection;
    private bool _isDisconnected;

    /// <summary>Called by the actor system.</summary>
    protected PipeHandler() => _turns = new HandlerTurns(Self);

    /// <summary>
    /// From so many bytes on that have come and that the code has not looked at, the connection is not read until it has read half of them; at least 1. Up
    /// to four reads may go beyond. Defaults to 1 MiB (arbitrary).
    /// </summary>
    protected virtual long MaxUnreadBytes => 1024 * 1024;

    /// <summary>
    /// From so many flushed bytes on that the connection has no room for, a flush waits until half of them have found some; at least 1. The
    /// connection itself holds up to <c>OutputHighWaterBytes</c> more. Defaults to 64 KiB, as System.IO.Pipelines has it.
    /// </summary>
    protected virtual long MaxUnsentBytes => 64 * 1024;

    /// <summary>Serves the connection. When it ends, the connection closes after all that was written, flushed or not.</summary>
    /// <param name="connection">The connection. Its <see cref="ConnectionRef.Closing"/> ends other waits of the code with it.</param>
    /// <param name="pipe">
    /// Its input ends when the peer closes its side, and also when the connection is to end in good order (a shutdown, an idle time-out;
    /// <see cref="ConnectionRef.CloseReason"/> tells); the code may go on writing, within the listener's
    /// <c>HalfCloseTimeout</c>, which begins anew with all that it writes after the peer's close. When the connection ends otherwise, a read
    /// throws <see cref="ConnectionEndedException"/>. A flush whose result is completed says that nothing is sent any more. Completing the output tells the
    /// peer, after all that was written, that nothing more comes; the input goes on. Completing the input discards what still comes; with an exception, the first that comes shows it.
    /// </param>
    protected abstract Task RunAsync(ConnectionRef connection, IDuplexPipe pipe);

    /// <inheritdoc/>
    protected sealed override void OnRequest(Request request)
    {
        if (_session is not { } session)
        {
            request.Complete();
            return;
        }

        _turns.Begin();
        session.Add(request);
        TakeTurn();
    }

    /// <summary>Ends what the code reads and writes.</summary>
    protected override void PostStop()
    {
        base.PostStop();
        _session?.GiveUp(new ConnectionEndedException(_connection!.CloseReason ?? CloseReason.HandlerFaulted, null));
        if (_session is { HasEnded: false })
        {
            _turns.EndActor();
        }
    }

    /// <exception cref="InvalidOperationException">It serves another connection already, or one that does not know it for what it is.</exception>
    private protected sealed override void Begin(ConnectionRef connection)
    {
        if (_connection is not null || !connection.IsDuplex)
        {
            throw new InvalidOperationException(
                "A pipe handler serves one connection: make it one for each, with Props that say its class.");
        }

        _connection = connection;
        _session = new PipeSession(Self, _turns, connection, MaxUnreadBytes, MaxUnsentBytes);
        _turns.Begin();
        _session.Start(RunAsync);
        TakeTurn();
    }

    private protected sealed override bool TakeOwn(object message)
    {
        switch (message)
        {
            case HandlerTurns turns:
                // Of the handler in whose place this one came: it has ended its turns.
                if (turns == _turns)
                {
                    TakeTurn();
                }

                return true;
            case InputEnded ended:
                _session?.EndInput(ended.Error);
                return true;
            case PipeCodeEnded ended:
                OnCodeEnded(ended);
                return true;
            case Disconnected disconnected:
                OnEnded(disconnected);
                return true;
            default:
                return false;
        }
    }

    private void TakeTurn()
    {
        _turns.Run();
        _session?.CompleteRequests();
    }

    private void OnEnded(Disconnected disconnected)
    {
        _isDisconnected = true;
        _session?.Break(new ConnectionEndedException(disconnected.Reason, disconnected.Error));
        if (_session is null or { HasEnded: true })
        {
            Context.Stop(Self);
        }
    }

    private void OnCodeEnded(PipeCodeEnded ended)
    {
        if (ended.Session != _session)
        {
            return;
        }

        if (ended.Failure is not null && !ended.IsReported)
        {
            // If supervision forgives it, and this is still the one.
            Self.Tell(ended with { IsReported = true });
            ExceptionDispatchInfo.Throw(ended.Failure);
        }

        if (ended.IsReported)
        {
            _connection!.End(CloseReason.HandlerFaulted, ended.Failure);
            _connection.Close();
        }

        if (_isDisconnected && _session.HasEnded)
        {
            Context.Stop(Self);
        }
    }
}
