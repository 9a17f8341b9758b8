using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>A dispatcher as a user writes one: everything runs on one thread of its own, as on an event loop.</summary>
internal sealed class OneThreadDispatcher : MessageDispatcher, IDisposable
{
    private readonly BlockingCollection<IRunnable> _work = [];
    private readonly Thread _thread;

    public OneThreadDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        Id = configurator.Config.GetString("id");
        Throughput = configurator.Config.GetInt("throughput", DefaultThroughput);
        _thread = new Thread(() =>
        {
            foreach (var run in _work.GetConsumingEnumerable())
                run.Run();
        })
        {
            IsBackground = true,
            Name = "one thread",
        };
        _thread.Start();
    }

    public int ThreadId => _thread.ManagedThreadId;

    public void Dispose() => _work.CompleteAdding();

    protected override void ExecuteTask(IRunnable run) => _work.Add(run);

    protected override void Shutdown()
    {
    }
}

/// <summary>Makes one <see cref="OneThreadDispatcher"/>.</summary>
internal sealed class OneThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    public OneThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        Instance = new OneThreadDispatcher(this);
    }

    public OneThreadDispatcher Instance { get; }

    public override MessageDispatcher Dispatcher() => Instance;
}
