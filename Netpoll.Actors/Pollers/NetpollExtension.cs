using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Dispatch;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Pollers;

/// <summary>
/// What one actor system has of Netpoll: its pollers and its bounded dispatcher. Made when first asked for
/// (<c>system.Netpoll()</c>), ended when the system has terminated. Any thread.
/// </summary>
public sealed class NetpollExtension : IExtension
{
    /// <summary>The id of the dispatcher on which handlers run: fixed threads, apart from the loops.</summary>
    public const string BoundedDispatcherId = "netpoll.bounded-dispatcher";

    private readonly EventLoopGroup _loops;
    private readonly WorkerPool? _workers;
    private readonly PollerRef[] _pollers;
    private readonly HandlerWatchdog _watchdog;
    private readonly SystemSources? _sources;

    internal NetpollExtension(ExtendedActorSystem system)
    {
        system.Settings.InjectTopLevelFallback(NetpollSettings.DefaultConfig());
        Settings = NetpollSettings.Create(system.Settings.Config);
        System = system;

        void Report(Exception failure) => system.EventStream.Publish(new Error(failure, "netpoll", typeof(NetpollExtension), "A work item failed."));

        _loops = new EventLoopGroup(Settings.Pollers, index => new EventLoopOptions
        {
            Name = $"{system.Name}-poller-{index}",
            Backend = Settings.Backend,
            MaxEventsPerWait = Settings.MaxEventsPerWait,
            ZeroCopySendFrom = Settings.ZeroCopySendFrom,
            MaxWorkItemsPerRound = Settings.MaxWorkItemsPerRound,
            OnWorkItemFailed = Report,
        });
        WarnOfAnotherBackend();
        _watchdog = new HandlerWatchdog(system, Settings.WatchdogLoopLimit, Settings.WatchdogWorkerLimit, TimeProvider.System);
        try
        {
            _workers = new WorkerPool($"{system.Name}-worker", Settings.Workers, BlockPool.Shared, Report, _watchdog.WatchThisWorker);
            _pollers = new PollerRef[_loops.Count];
            for (int i = 0; i < _pollers.Length; i++)
            {
                EventLoop loop = _loops[i];
                string id = $"netpoll.poller-{i}";
                _pollers[i] = new PollerRef(i, loop, id, new PollerTraffic(system.Name));
                _watchdog.Watch(loop, $"{system.Name}-poller-{i}");
                Register(id, configurator => new PollerDispatcher(configurator, id, Settings.PollerThroughput, loop));
            }

            Register(
                BoundedDispatcherId,
                configurator => new BoundedDispatcher(configurator, BoundedDispatcherId, Settings.WorkerThroughput, _workers));
            Services = new ServiceShutdown(system);
            _sources = new SystemSources(
                system.Name, [.. _pollers.Select(poller => poller.Loop)], [.. _pollers.Select(poller => poller.Traffic)], _workers, _watchdog);
            SystemInstruments.Add(_sources);
            _loops.Start();
            IActorRef guardian = system.SystemActorOf(Props.CreateBy(new Producer<NetpollGuardian>(() => new NetpollGuardian(_pollers))), "netpoll");

            // Not when it starts: a message may reach nobody before.
            system.EventStream.Subscribe(guardian, typeof(AllDeadLetters));
            Services.EndWith("netpoll-lost-messages", () => guardian.Ask<SettleLostMessages>(SettleLostMessages.Instance));
            system.WhenTerminated.ContinueWith(_ => Stop(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        catch
        {
            // Whoever asks again begins anew, so nothing may be left of this one.
            Stop();
            throw;
        }
    }

    /// <summary>The settings in force.</summary>
    public NetpollSettings Settings { get; }

    /// <summary>What has become of the system's connections so far. Costs nothing on their way.</summary>
    public ConnectionStatistics GetConnectionStatistics() => PollerTraffic.Sum([.. _pollers.Select(poller => poller.Traffic)]);

    internal ExtendedActorSystem System { get; }

    /// <summary>What is ended in good order when the system shuts down.</summary>
    internal ServiceShutdown Services { get; }

    /// <summary>The loops of the pollers, for whoever chooses among them.</summary>
    internal EventLoopGroup Loops => _loops;

    internal IReadOnlyList<PollerRef> Pollers => _pollers;

    /// <summary>The poller whose turn it is to take a connection.</summary>
    internal PollerRef NextPoller() => _pollers[_loops.NextIndex()];

    // Once for all pollers: what keeps one from it keeps the others. Only io_uring has another in its place; the settings may not name it, where
    // the environment does.
    private void WarnOfAnotherBackend()
    {
        for (int i = 0; i < _loops.Count; i++)
        {
            if (_loops[i].WhyNotTheWantedBackend is { } why)
            {
                System.EventStream.Publish(new Warning(
                    "netpoll", typeof(NetpollExtension), $"The pollers use {_loops[i].Backend} instead of {PollerBackend.IoUring}: {why}."));
                return;
            }
        }
    }

    private void Register(string id, Func<MessageDispatcherConfigurator, ResidentDispatcher> create) =>
        System.Dispatchers.RegisterConfigurator(id, new ResidentDispatcherConfigurator(System.Dispatchers.Prerequisites, id, create));

    private void Stop()
    {
        if (_sources is not null)
        {
            SystemInstruments.Remove(_sources);
        }

        _watchdog.Dispose();
        _workers?.Stop();
        _ = _loops.StopAsync();
    }
}

/// <summary>Makes the one <see cref="NetpollExtension"/> of a system.</summary>
public sealed class NetpollExtensionProvider : ExtensionIdProvider<NetpollExtension>
{
    /// <summary>The one there is.</summary>
    public static NetpollExtensionProvider Instance { get; } = new();

    /// <inheritdoc/>
    public override NetpollExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
