namespace Akka.Dispatch;

/// <summary>The default: mailboxes run on the runtime's thread pool.</summary>
internal sealed class PoolDispatcher : MessageDispatcher
{
    // A mailbox that is told goes to the teller's own queue, which is fast, but last in, first out, and before all that waits in the
    // pool's common queue. Every so often one goes to the common queue, so that two actors who keep telling each other do not keep
    // a thread for themselves. Arbitrary; a power of two less one.
    private const int CommonQueueMask = 63;

    [ThreadStatic]
    private static int t_turn;

    public PoolDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        ReadConfig();
    }

    internal override void ExecuteAgain(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

    protected override void ExecuteTask(IRunnable run) =>
        ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: (++t_turn & CommonQueueMask) != 0);

    protected override void Shutdown()
    {
    }
}
