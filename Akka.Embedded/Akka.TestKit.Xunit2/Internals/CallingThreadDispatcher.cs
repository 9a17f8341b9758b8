using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit.Internal;

/// <summary>
/// Runs test actors on the thread that tells them, so that a probe has its message when Tell returns. A piece of work that comes
/// while one is running on the same thread waits for its end.
/// </summary>
internal sealed class CallingThreadDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    public const string DispatcherId = "akka.test.test-actor.dispatcher";

    [ThreadStatic]
    private static Queue<IRunnable>? t_waiting;

    protected override void ExecuteTask(IRunnable run)
    {
        if (t_waiting is { } waiting)
        {
            waiting.Enqueue(run);
            return;
        }

        var own = t_waiting = new Queue<IRunnable>();
        try
        {
            run.Run();
            while (own.TryDequeue(out var next))
                next.Run();
        }
        finally
        {
            t_waiting = null;
        }
    }

    protected override void Shutdown()
    {
    }

    /// <summary>Makes the dispatcher known to an actor system.</summary>
    public static void Register(Akka.Actor.ActorSystem system)
    {
        if (!system.Dispatchers.HasDispatcher(DispatcherId))
            system.Dispatchers.RegisterConfigurator(DispatcherId, new CallingThreadConfigurator(system.Dispatchers.Prerequisites));
    }

    private sealed class CallingThreadConfigurator : MessageDispatcherConfigurator
    {
        private readonly CallingThreadDispatcher _dispatcher;

        public CallingThreadConfigurator(IDispatcherPrerequisites prerequisites)
            : base(ConfigurationFactory.ParseString($"id = \"{DispatcherId}\", throughput = {int.MaxValue}"), prerequisites)
        {
            _dispatcher = new CallingThreadDispatcher(this);
            _dispatcher.ReadConfig();
        }

        public override MessageDispatcher Dispatcher() => _dispatcher;
    }
}
