using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// An orderly end: named phases, each with tasks and a time-out, one after the other. The phases and their order come from
/// <c>akka.coordinated-shutdown</c>. It runs once, when the system is terminated or somebody says so.
/// </summary>
public sealed partial class CoordinatedShutdown : IExtension
{
    private readonly Dictionary<string, ShutdownPhase> _phases;
    private readonly string[] _order;
    private readonly ConcurrentDictionary<string, List<(string Name, Func<Task<Done>> Task)>> _tasks = new();
    private readonly TaskCompletionSource<Done> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;
    private Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, nameof(CoordinatedShutdown));
        _phases = ShutdownPhase.Read(system.Settings.Config);
        _order = ShutdownPhase.Sort(_phases);
        if (system.Settings.CoordinatedShutdownTerminateActorSystem)
            AddTask(PhaseActorSystemTerminate, "terminate-system", TerminateSystem);
        if (system.Settings.Config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook"))
            RunAtProcessExit();
    }

    /// <summary>The actor system.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>Why it was run, or null if it was not.</summary>
    public Reason? ShutdownReason => Volatile.Read(ref _reason);

    /// <summary>The time-outs of all phases that have tasks, added up.</summary>
    public TimeSpan TotalTimeout => TimeSpan.FromTicks(_tasks.Keys.Sum(phase => Timeout(phase).Ticks));

    /// <summary>The coordinated shutdown of an actor system.</summary>
    /// <param name="sys">The actor system.</param>
    public static CoordinatedShutdown Get(ActorSystem sys)
    {
        ArgumentNullException.ThrowIfNull(sys);
        return sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();
    }

    /// <summary>Adds a task to a phase. Tasks of a phase begin at the same time. Any thread.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="taskName">What to call it in the log.</param>
    /// <param name="task">The task.</param>
    /// <exception cref="ConfigurationException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!_phases.ContainsKey(phase))
        {
            throw new ConfigurationException(
                $"Unknown phase [{phase}], known phases [{string.Join(",", _phases.Keys)}]. All phases must be defined in configuration.");
        }

        if (string.IsNullOrEmpty(taskName))
            throw new ArgumentException("Set a task name when adding tasks to the Coordinated Shutdown. Try to use unique, self-explanatory names.", nameof(taskName));
        var tasks = _tasks.GetOrAdd(phase, static _ => []);
        lock (tasks)
            tasks.Add((taskName, task));
    }

    /// <summary>How long a phase may take.</summary>
    /// <param name="phase">The phase.</param>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public TimeSpan Timeout(string phase) => PhaseOf(phase).Timeout;

    /// <summary>Runs all phases. From the second call on it only waits for the first.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="fromPhase">The phase to begin with, or null for the first.</param>
    /// <returns>Is complete when all phases are; fails if a phase that may not fail did.</returns>
    [SuppressMessage("Usage", "VSTHRD110", Justification = "The outcome is in the task that is returned.")]
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (fromPhase is not null)
            PhaseOf(fromPhase);
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            _ = RunPhases(fromPhase);
        return _done.Task;
    }

    private ShutdownPhase PhaseOf(string phase) => _phases.TryGetValue(phase, out var known)
        ? known
        : throw new ArgumentException($"Unknown phase [{phase}]. All phases must be defined in configuration.", nameof(phase));

    private async Task RunPhases(string? fromPhase)
    {
        // Not on the caller's thread: it may be an actor's, and tasks are anyone's code.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            foreach (var phase in _order[(fromPhase is null ? 0 : Array.IndexOf(_order, fromPhase))..])
                await RunPhase(phase).ConfigureAwait(false);
            _done.TrySetResult(Done.Instance);
        }
#pragma warning disable CA1031 // Whoever waits for the shutdown gets it.
        catch (Exception cause)
        {
            _done.TrySetException(new AggregateException(cause));
        }
#pragma warning restore CA1031
    }

    private async Task RunPhase(string name)
    {
        if (!_tasks.TryGetValue(name, out var tasks))
            return;

        (string Name, Func<Task<Done>> Task)[] all;
        lock (tasks)
            all = [.. tasks];
        var phase = _phases[name];
        var work = Task.WhenAll(all.Select(task => RunTask(name, phase, task.Name, task.Task)));
        try
        {
            await work.WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            if (!phase.Recover)
                throw new TimeoutException($"Coordinated shutdown phase [{name}] timed out after {phase.Timeout}");
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", name, phase.Timeout);
        }
    }

    private async Task RunTask(string phaseName, ShutdownPhase phase, string name, Func<Task<Done>> task)
    {
        try
        {
            await task().ConfigureAwait(false);
        }
        catch (Exception cause) when (phase.Recover)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phaseName, cause.Message);
        }
    }

    private async Task<Done> TerminateSystem()
    {
        await ((ActorSystemImpl)System).FinalTerminate().ConfigureAwait(false);
        return Done.Instance;
    }

    private void RunAtProcessExit()
    {
        EventHandler atExit = (_, _) =>
        {
            if (System.WhenTerminated.IsCompleted)
                return;

            // The process ends when the handler returns, so here waiting is the point. A time-out is the end of it too.
            _ = ((IAsyncResult)Run(ClrExitReason.Instance)).AsyncWaitHandle.WaitOne(TotalTimeout);
        };
        AppDomain.CurrentDomain.ProcessExit += atExit;
        System.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= atExit);
    }
}

/// <summary>Makes the <see cref="CoordinatedShutdown"/> of an actor system.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    /// <inheritdoc/>
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}
