using Akka.Dispatch;

namespace Akka.Actor;

/// <content>
/// Asynchronous handlers. The mailbox is suspended until the handler's task is complete; each piece after an await comes back as a
/// system message and so runs on the actor's dispatcher, one thread at a time like everything else.
/// </content>
internal sealed partial class ActorCell
{
    private ActorTaskScheduler? _taskScheduler;

    private ActorTaskScheduler TaskScheduler => _taskScheduler ??= new ActorTaskScheduler(this);

    /// <summary>Runs a handler and holds users' messages back until it is complete.</summary>
    public void RunTask(Func<Task> handler)
    {
        Mailbox.SuspendUserMessages();
        TaskScheduler.Awaiting = new Envelope(CurrentMessage!, _sender);
        var task = Task.Factory.StartNew(handler, CancellationToken.None, TaskCreationOptions.None, TaskScheduler).Unwrap();
        if (task.IsCompleted)
            HandlerEnded(task);
        else
            _ = task.ContinueWith(HandlerEnded, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler);
    }

    private void ContinueHandler(Task piece)
    {
        CurrentMessage = TaskScheduler.Awaiting.Message;
        _sender = TaskScheduler.Awaiting.Sender;
        TaskScheduler.Continue(piece);
        if (_perpetrator is null)
            CurrentMessage = null;
    }

    private void HandlerEnded(Task task)
    {
        var message = TaskScheduler.Awaiting.Message;
        TaskScheduler.Awaiting = default;
        Mailbox.ResumeUserMessages();
        if (task.IsCompletedSuccessfully)
        {
            AfterMessage(message);
            return;
        }

        CurrentMessage = message;
        HandleInvokeFailure(ExceptionOf(task));
    }

    private static Exception ExceptionOf(Task task) =>
        task.IsCanceled ? new TaskCanceledException(task)
        : task.Exception is { InnerExceptions: [var only] } ? only
        : task.Exception!;
}
