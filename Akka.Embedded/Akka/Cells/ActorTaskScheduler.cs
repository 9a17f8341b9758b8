using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Runs the pieces of an actor's asynchronous handlers within that actor's mailbox.</summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    internal ActorTaskScheduler(ActorCell cell)
    {
        _cell = cell;
    }

    /// <summary>One: it is an actor.</summary>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs code that may have asynchronous parts, and holds the actor's messages back until it is complete.</summary>
    /// <param name="action">The code.</param>
    /// <exception cref="InvalidOperationException">No actor is running on this thread.</exception>
    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Runs an asynchronous method, and holds the actor's messages back until its task is complete.</summary>
    /// <param name="asyncAction">The method.</param>
    /// <exception cref="InvalidOperationException">No actor is running on this thread.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        cell.RunTask(asyncAction);
    }

    // The message whose handler is under way, and who sent it.
    internal Envelope Awaiting { get; set; }

    internal void Continue(Task task) => TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        if (ActorCell.Current == _cell && (task.CreationOptions & TaskCreationOptions.LongRunning) == 0)
            TryExecuteTask(task);
        else
            _cell.Mailbox.PostSystem(new ContinueTask(task));
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
}
