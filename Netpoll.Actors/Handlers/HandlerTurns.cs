using System.Collections.Concurrent;
using System.IO.Pipelines;
using Akka.Actor;
using Akka.Event;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// Runs asynchronous code in an actor, between its messages: what follows an <c>await</c> is a step, steps run one after the other, in the
/// actor's turns and on its dispatcher. The message that asks for a turn is this object itself.
/// </summary>
/// <remarks>
/// Chosen over tasks on the bounded dispatcher beside the actor. The actor's promise, one thing at a time, then holds for asynchronous code
/// as well; serial scheduling needs nothing of its own; the watchdog sees such code; and a read that a request has just filled goes on in the
/// same turn, without another message or change of thread. Akka's own <c>RunTask</c> does not fit: it lets no message in before the task has ended, and here
/// the messages bring the input.
/// <para>When the actor has stopped, what is left of the code runs on the thread pool, still one step at a time: it is to give back what it holds.</para>
/// </remarks>
internal sealed class HandlerTurns : TaskScheduler, IThreadPoolWorkItem, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    /// <summary>Steps in a turn: the actor's other messages wait no longer (arbitrary).</summary>
    private const int MaxSteps = 64;

    [ThreadStatic]
    private static HandlerTurns? t_current;

    private readonly IActorRef _actor;
    private readonly ConcurrentQueue<Step> _steps = new();

    // Of the steps that run after the actor's end.
    private readonly Lock _afterwards = new();

    // 1 while a turn is under way or asked for: who adds a step then need not ask for one.
    private int _isDue;
    private volatile bool _hasActorEnded;

    /// <param name="actor">In whose turns.</param>
    public HandlerTurns(IActorRef actor)
    {
        _actor = actor;
        Pipes = new Scheduler(this);
    }

    /// <summary>The same for pipes, whose waiters it resumes.</summary>
    public PipeScheduler Pipes { get; }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>In the actor: a turn begins, at whose end <see cref="Run"/> is called. Until then steps need no message.</summary>
    public void Begin() => Interlocked.Exchange(ref _isDue, 1);

    /// <summary>In the actor: runs the steps that there are.</summary>
    public void Run()
    {
        if (!_hasActorEnded)
        {
            RunSteps();
        }
    }

    /// <summary>The actor has stopped, or another instance takes its place.</summary>
    public void EndActor()
    {
        _hasActorEnded = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_afterwards)
        {
            RunSteps();
        }
    }

    protected override void QueueTask(Task task) => Add(new Step(null, task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => t_current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _steps.Where(step => step.Action is null).Select(step => (Task)step.State!);

    private void RunSteps()
    {
        HandlerTurns? outer = t_current;
        t_current = this;
        try
        {
            int left = MaxSteps;
            do
            {
                while (_steps.TryDequeue(out Step step))
                {
                    RunStep(step);
                    if (--left == 0)
                    {
                        Ask();
                        return;
                    }
                }

                Interlocked.Exchange(ref _isDue, 0);
            }
            while (!_steps.IsEmpty && Interlocked.Exchange(ref _isDue, 1) == 0);
        }
        finally
        {
            t_current = outer;
        }
    }

    private void RunStep(in Step step)
    {
        if (step.Action is { } action)
        {
            action(step.State);
        }
        else
        {
            TryExecuteTask((Task)step.State!);
        }
    }

    private void Add(in Step step)
    {
        _steps.Enqueue(step);
        if (Interlocked.Exchange(ref _isDue, 1) == 0)
        {
            Ask();
        }
    }

    private void Ask()
    {
        if (!_hasActorEnded)
        {
            _actor.Tell(this, ActorRefs.NoSender);
        }

        // Also when it ended just now, so that the message may reach nobody: a turn that finds no step is harmless.
        Interlocked.MemoryBarrier();
        if (_hasActorEnded)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private readonly record struct Step(Action<object?>? Action, object? State);

    private sealed class Scheduler(HandlerTurns turns) : PipeScheduler
    {
        public override void Schedule(Action<object?> action, object? state) => turns.Add(new Step(action, state));
    }
}
