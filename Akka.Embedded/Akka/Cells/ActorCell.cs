using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// What stands behind a reference for as long as the actor lives: it holds the current instance and everything that survives a
/// restart, and is the context that the actor sees.
/// <para>
/// All of it belongs to whoever runs the mailbox, one thread at a time; only the children are also looked up by others, under
/// their own lock. What most actors never use is null until they do.
/// </para>
/// </summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    /// <summary>The uid of a path that names no incarnation.</summary>
    public const int UndefinedUid = 0;

    [ThreadStatic]
    private static ActorCell? t_current;

    private ActorBase? _actor;

    public ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, Placement placement, IInternalActorRef parent)
    {
        SystemImpl = system;
        Self = self;
        Props = props;
        Parent = parent;
        Mailbox = new Mailbox(this, placement);
    }

    /// <summary>The cell whose actor this thread is running, or null.</summary>
    public static ActorCell? Current
    {
        get => t_current;
        set => t_current = value;
    }

    public ActorSystemImpl SystemImpl { get; }

    public LocalActorRef Self { get; }

    public Props Props { get; }

    public IInternalActorRef Parent { get; }

    public Mailbox Mailbox { get; }

    public MessageDispatcher Dispatcher => Mailbox.Dispatcher;

    public ActorSystem System => SystemImpl;

    /// <summary>The message that is being handled, or was when the actor failed.</summary>
    public object? CurrentMessage { get; set; }

    public IActorRef Sender => _sender ?? SystemImpl.DeadLetters;

    /// <summary>The instance of this moment; null before it is made, and when it is gone.</summary>
    public ActorBase? Actor => _actor;

    IActorRef IActorContext.Self => Self;

    IActorRef IActorContext.Parent => Parent;

    /// <summary>Publishes an error in this actor's name.</summary>
    public void ReportError(Exception? cause, string message) => Publish(new Error(cause, Self.Path.ToString(), ActorType, message));

    private Type ActorType => _actor?.GetType() ?? typeof(ActorCell);

    private void Publish(LogEvent logEvent) => SystemImpl.EventStream.Publish(logEvent);

    /// <summary>Makes a lifecycle event of the debug log, if it is switched on.</summary>
    private void DebugLifecycle(string message)
    {
        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(Self.Path.ToString(), ActorType, message));
    }
}
