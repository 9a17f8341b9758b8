using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>
/// Runs mailboxes, on whatever threads it has. The one promise it must keep: a piece of work that it is given it runs once, not
/// within <see cref="ExecuteTask"/> itself, and what happens before that call is visible to it.
/// </summary>
public abstract class MessageDispatcher
{
    /// <summary>The throughput of a dispatcher whose configuration says nothing.</summary>
    public const int DefaultThroughput = 100;

    private static readonly TimeSpan s_defaultShutdownTimeout = TimeSpan.FromSeconds(1);

    // Actors and scheduled actions; when there are none for a while, the dispatcher gives up its threads.
    private long _inhabitants;
    private int _shutdownPending;

    /// <summary>A dispatcher with the default throughput and no id: a subclass reads from the configuration what it wants.</summary>
    /// <param name="configurator">Who makes it.</param>
    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        Configurator = configurator;
        Id = string.Empty;
        Throughput = DefaultThroughput;
        ShutdownTimeout = s_defaultShutdownTimeout;
        MailboxType = configurator.Config.GetString("mailbox-type");
    }

    /// <summary>Who made it.</summary>
    public MessageDispatcherConfigurator Configurator { get; }

    /// <summary>The event stream of the actor system.</summary>
    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    /// <summary>The kinds of mailboxes.</summary>
    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    /// <summary>What props call it.</summary>
    public string Id { get; protected set; }

    /// <summary>How many messages a mailbox may handle before others have their turn.</summary>
    public int Throughput { get; set; }

    /// <summary>How long a mailbox may go on before others have their turn, in ticks of 100 ns, or null for no limit.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    /// <summary>How long there must be no actor before <see cref="Shutdown"/> is called.</summary>
    public TimeSpan ShutdownTimeout { get; protected set; }

    /// <summary>The mailbox that the dispatcher's configuration names for its actors, or null.</summary>
    internal string? MailboxType { get; }

    /// <summary>How many actors and scheduled actions there are.</summary>
    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    /// <summary>Has an action run on one of the dispatcher's threads. Any thread.</summary>
    /// <param name="run">The action. An exception is published as an error.</param>
    public void Schedule(Action run) => Schedule(new ActionRunnable(run));

    /// <summary>Has something run on one of the dispatcher's threads. Any thread.</summary>
    /// <param name="run">What. An exception is published as an error.</param>
    public void Schedule(IRunnable run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Attach();
        try
        {
            ExecuteTask(new CountedRunnable(this, run));
        }
        catch
        {
            Detach();
            throw;
        }
    }

    /// <summary>Queues a piece of work. Any thread; returns without running it.</summary>
    /// <param name="run">The work.</param>
    protected abstract void ExecuteTask(IRunnable run);

    /// <summary>Called when there has been no actor for <see cref="ShutdownTimeout"/>. Work may come again afterwards.</summary>
    protected abstract void Shutdown();

    /// <summary>Publishes an error.</summary>
    /// <param name="ex">The exception.</param>
    protected void ReportFailure(Exception ex)
    {
        ArgumentNullException.ThrowIfNull(ex);
        EventStream.Publish(new Error(ex, GetType().Name, GetType(), ex.Message));
    }

    /// <summary>What the engine's own dispatchers read from their configuration.</summary>
    internal void ReadConfig()
    {
        var config = Configurator.Config;
        Id = config.GetString("id") ?? string.Empty;
        Throughput = config.GetInt("throughput", DefaultThroughput);
        var deadline = config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero).Ticks;
        ThroughputDeadlineTime = deadline > 0 ? deadline : null;
        ShutdownTimeout = config.GetTimeSpan("shutdown-timeout", s_defaultShutdownTimeout);
    }

    internal void ExecuteFirst(IRunnable run) => ExecuteTask(run);

    /// <summary>Queues a mailbox that has had its turn and has more to do.</summary>
    internal virtual void ExecuteAgain(IRunnable run) => ExecuteTask(run);

    /// <summary>Runs a mailbox's turn, and may run others' behind it. Called by whoever was given the mailbox as a work item.</summary>
    internal virtual void RunTurn(IRunnable run) => run.Run();

    internal void Attach() => Interlocked.Increment(ref _inhabitants);

    internal void Detach()
    {
        if (Interlocked.Decrement(ref _inhabitants) == 0)
            ScheduleShutdown();
    }

    private void ScheduleShutdown()
    {
        if (Interlocked.Exchange(ref _shutdownPending, 1) != 0)
            return;
        try
        {
            Configurator.Prerequisites.Scheduler.Advanced.ScheduleOnce(ShutdownTimeout, ShutdownIfEmpty);
        }
        catch (SchedulerException)
        {
            // The actor system is at its end: no reason to wait.
            ShutdownIfEmpty();
        }
    }

    private void ShutdownIfEmpty()
    {
        Volatile.Write(ref _shutdownPending, 0);
        Interlocked.MemoryBarrier();
        if (Inhabitants == 0)
            Shutdown();
    }

    /// <summary>Shuts down at the end of the actor system.</summary>
    internal void ShutdownNow()
    {
        if (Inhabitants == 0)
            Shutdown();
    }

    private sealed class CountedRunnable(MessageDispatcher dispatcher, IRunnable run) : IRunnable
    {
        public void Run()
        {
            try
            {
                run.Run();
            }
#pragma warning disable CA1031 // It must not end the dispatcher's thread.
            catch (Exception cause)
            {
                dispatcher.ReportFailure(cause);
            }
#pragma warning restore CA1031
            finally
            {
                dispatcher.Detach();
            }
        }

        public void Execute() => Run();
    }
}
