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
        if ((message is DeadLetter letter ? Told(letter) : message as LogEvent) is not { } line)
            return;
        lock (_lock)
        {
            foreach (var filter in _filters)
            {
                if (filter.Take(line))
                    return;
            }
        }

        if (message is LogEvent)
            _output?.Invoke(line);
    }

    private static TestEventListener Create(ActorSystemImpl system)
    {
        var listener = new TestEventListener(system);
        system.EventStream.Subscribe(listener, typeof(DeadLetter));
        return listener;
    }

    // To filters a dead letter is a warning in the name of whom it was for.
    private static Warning Told(DeadLetter letter) =>
        new(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), letter);
}
