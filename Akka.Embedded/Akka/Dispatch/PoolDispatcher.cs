namespace Akka.Dispatch;

/// <summary>
/// The default: mailboxes run on the runtime's thread pool. A mailbox that is told by an actor waits for the end of that actor's
/// turn and then runs on the same thread, where the message is still in the cache and nobody needs to be woken; the
/// <see cref="HandOver"/> sees to it that it does not wait long.
/// </summary>
internal sealed class PoolDispatcher : MessageDispatcher
{
    // So many turns in a row without going through the pool's common queue, so that actors who keep telling each other do not keep
    // a thread for themselves. Arbitrary.
    private const int TurnsInARow = 256;

    [ThreadStatic]
    private static HandOver? t_handOver;

    public PoolDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        ReadConfig();
    }

    internal override void ExecuteAgain(IRunnable run) => Queue(run);

    /// <summary>A turn on a thread of the pool, and the turns of those who were told in it.</summary>
    internal override void RunTurn(IRunnable run)
    {
        var handOver = t_handOver ??= new HandOver(Queue);
        handOver.IsOpen = true;
        for (var turns = 1; ; turns++)
        {
            run.Run();
            if (handOver.Take() is not { } next)
                break;
            if (turns == TurnsInARow)
            {
                Queue(next);
                break;
            }

            run = next;
        }

        handOver.IsOpen = false;
    }

    protected override void ExecuteTask(IRunnable run)
    {
        if (t_handOver is { IsOpen: true } handOver)
            handOver.Put(run);
        else
            Queue(run);
    }

    protected override void Shutdown()
    {
    }

    private static void Queue(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
}
