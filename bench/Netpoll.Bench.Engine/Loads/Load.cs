using Akka.Actor;

namespace Netpoll.Bench.Engine.Loads;

/// <summary>Something that an engine does over and over.</summary>
/// <param name="name">What it is called on the command line.</param>
/// <param name="operation">What is counted.</param>
/// <param name="operations">How many of them make a round.</param>
internal abstract class Load(string name, string operation, int operations)
{
    /// <summary>All there are, in the order in which they run.</summary>
    public static IReadOnlyList<Load> All { get; } =
        [new PingPong(), new FanIn(), new Burst(), new Asking(), new Spawning(), new SpawningAndStopping(), new Idling()];

    /// <summary>What it is called on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>What is counted.</summary>
    public string Operation { get; } = operation;

    /// <summary>How many operations make a round.</summary>
    public int Operations { get; } = operations;

    /// <summary>Whether what counts is the memory still in use after a round, rather than what the round took.</summary>
    public virtual bool IsAboutMemory => false;

    /// <summary>Makes the actors. Not measured.</summary>
    /// <param name="system">Where.</param>
    /// <param name="operations">How many operations the round will have.</param>
    public abstract Task PrepareAsync(ActorSystem system, int operations);

    /// <summary>The round itself.</summary>
    /// <param name="operations">How many operations.</param>
    public abstract Task RunAsync(int operations);

    /// <summary>Ends what <see cref="PrepareAsync"/> made. Not measured.</summary>
    public abstract Task CleanUpAsync();
}
