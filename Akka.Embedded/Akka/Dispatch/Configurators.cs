using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Makes one dispatcher on the thread pool.</summary>
internal sealed class PoolDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly PoolDispatcher _dispatcher;

    public PoolDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        _dispatcher = new PoolDispatcher(this);
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary>Makes one dispatcher with threads of its own.</summary>
internal sealed class ForkJoinDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly ThreadDispatcher _dispatcher;

    public ForkJoinDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        var pool = config.GetConfig("dedicated-thread-pool")
            ?? throw new ConfigurationException($"dedicated-thread-pool is missing in the dispatcher {config.GetString("id")}");
        var threads = pool.GetInt("thread-count", Environment.ProcessorCount);
        if (threads < 1)
            throw new ConfigurationException($"The thread-count of the dispatcher {config.GetString("id")} must be positive.");
        _dispatcher = new ThreadDispatcher(this, threads, pool.GetString("threadtype", "background") != "foreground");
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary>Makes a dispatcher with one thread for each actor.</summary>
internal sealed class PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    // Those whose thread may still be there, to be ended with the actor system.
    private readonly HashSet<ThreadDispatcher> _made = [];

    public override MessageDispatcher Dispatcher()
    {
        var dispatcher = new ThreadDispatcher(this, threads: 1, background: true);
        lock (_made)
            _made.Add(dispatcher);
        return dispatcher;
    }

    public void Forget(ThreadDispatcher dispatcher)
    {
        lock (_made)
            _made.Remove(dispatcher);
    }

    public void Shutdown()
    {
        ThreadDispatcher[] made;
        lock (_made)
            made = [.. _made];
        foreach (var dispatcher in made)
            dispatcher.ShutdownNow();
    }
}
