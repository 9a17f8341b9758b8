using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// The logger of a test's actor system. It looks at a line on the thread that logs, so that an event filter sees exactly what was
/// logged while it was there.
/// </summary>
internal sealed class TestEventListener : MinimalActorRef
{
    private readonly Lock _lock = new();
    private readonly List<ActiveFilter> _filters = [];
    private Action<LogEvent>? _output;

    private TestEventListener(ActorSystemImpl system)
        : base(system)
    {
        Path = system.Root.Path / "testEventListener";
    }

    public override ActorPath Path { get; }

    /// <summary>Lets a configuration name it as a logger.</summary>
    public static void MakeKnown() => ActorSystemImpl.KnowLogger("Akka.TestKit.TestEventListener", Create);

    public static TestEventListener? Of(ActorSystem system) => ((ActorSystemImpl)system).Loggers.OfType<TestEventListener>().FirstOrDefault();

    public void PrintWith(Action<LogEvent> output) => _output += output;

    public void Add(ActiveFilter filter)
    {
        lock (_lock)
            _filters.Add(filter);
    }

    public void Remove(ActiveFilter filter)
    {
        lock (_lock)
            _filters.Remove(filter);
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        lock (_lock)
        {
            foreach (var filter in _filters)
            {
                if (filter.Take(message))
                    return;
            }
        }

        if (message is LogEvent logEvent)
            _output?.Invoke(logEvent);
    }

    private static TestEventListener Create(ActorSystemImpl system)
    {
        var listener = new TestEventListener(system);
        system.EventStream.Subscribe(listener, typeof(DeadLetter));
        system.EventStream.Subscribe(listener, typeof(Dropped));
        return listener;
    }
}
