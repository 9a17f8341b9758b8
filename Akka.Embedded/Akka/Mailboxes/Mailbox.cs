using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// An actor's queue, and the piece of work that its dispatcher runs.
/// <para>
/// One word holds both a tiny lock and the mailbox's state, so that telling is one compare-and-swap to get in and one store to
/// get out, together with the answer to "must I schedule it?". Users' messages lie in a ring that only the holder of the lock
/// writes to and only the running mailbox reads from, without the lock: it takes what it finds when it looks, then looks again.
/// System messages are a list under the same lock; they are few.
/// </para>
/// </summary>
public sealed partial class Mailbox : IRunnable
{
    // The state word. Locked is held for a few instructions; a holder that loses its processor is waited for with yields.
    private const int Locked = 1;

    // It is with the dispatcher, or running: nobody else may hand it over.
    private const int Scheduled = 2;

    // Idle, but only a system message may wake it.
    private const int Suspended = 4;

    // The actor is gone: everything is a dead letter.
    private const int Closed = 8;

    // Set for good in a bounded mailbox, so that telling looks at one word for everything unusual.
    private const int Bounded = 16;

    private readonly ActorCell _cell;
    private readonly MessageDispatcher _dispatcher;
    private int _state;

    // Written under the lock.
    private SystemMessage? _systemHead;
    private SystemMessage? _systemTail;

    // Only touched by whoever runs the mailbox.
    private ushort _suspendCount;
    private bool _started;

    internal Mailbox(ActorCell cell, Placement placement)
    {
        _cell = cell;
        _dispatcher = placement.Dispatcher;
        if (placement.Limits is { } limits)
        {
            _gate = new MailboxGate(limits);
            _state = Bounded;
        }
    }

    /// <summary>The dispatcher that runs this mailbox.</summary>
    public MessageDispatcher Dispatcher => _dispatcher;

    internal bool IsClosed => (Volatile.Read(ref _state) & Closed) != 0;

    /// <summary>Whether users' messages are held back. Only for the code that runs in this mailbox.</summary>
    internal bool IsSuspended => _suspendCount != 0;

    internal void SuspendUserMessages() => _suspendCount++;

    internal void ResumeUserMessages()
    {
        if (_suspendCount != 0)
            _suspendCount--;
    }

    /// <summary>Has the actor made, on its own dispatcher.</summary>
    internal void Start()
    {
        var state = Lock();
        Volatile.Write(ref _state, state | Scheduled);
        if ((state & Scheduled) == 0)
            Schedule(again: false);
    }

    internal void Post(object message, IActorRef? sender)
    {
        if (message is null)
            throw new ArgumentNullException(nameof(message), "The message cannot be null.");

        var state = Lock();
        if ((state & (Closed | Bounded)) != 0)
        {
            Volatile.Write(ref _state, state);
            PostUnusual(message, sender);
            return;
        }

        Append(message, sender, state);
        if ((state & (Scheduled | Suspended)) == 0)
        {
            Volatile.Write(ref _state, state | Scheduled);
            Schedule(again: false);
        }
        else
        {
            Volatile.Write(ref _state, state);
        }
    }

    internal void PostSystem(SystemMessage message)
    {
        var state = Lock();
        if ((state & Closed) != 0)
        {
            Volatile.Write(ref _state, state);
            _cell.SystemImpl.DeadLetterMailbox.SendSystemMessage(message);
            return;
        }

        if (_systemTail is null)
            Volatile.Write(ref _systemHead, message);
        else
            _systemTail.Next = message;
        _systemTail = message;

        // Not before the cell was started: creation comes first, and it is what schedules a mailbox for the first time.
        Volatile.Write(ref _state, state | Scheduled);
        if ((state & Scheduled) == 0)
            Schedule(again: false);
    }

    /// <summary>Runs what waits: creation, system messages, then users' messages up to the dispatcher's throughput.</summary>
    public void Run()
    {
        var previous = ActorCell.Current;
        ActorCell.Current = _cell;
        try
        {
            if (!IsClosed)
            {
                if (!_started)
                {
                    _started = true;
                    _cell.CreateFirst();
                }

                RunSystemMessages();
                RunUserMessages();
            }
        }
        finally
        {
            ActorCell.Current = previous;
            Finish();
        }
    }

    /// <inheritdoc/>
    public void Execute() => _dispatcher.RunTurn(this);

    private void Schedule(bool again)
    {
        try
        {
            if (again)
                _dispatcher.ExecuteAgain(this);
            else
                _dispatcher.ExecuteFirst(this);
        }
        catch (Exception rejected)
        {
            // The dispatcher is shut down or broken. The message stays where it is; whoever tells next tries again.
            var state = Lock();
            Volatile.Write(ref _state, state & ~Scheduled);
            _cell.ReportError(rejected, "The dispatcher refused to run the mailbox");
        }
    }
}
