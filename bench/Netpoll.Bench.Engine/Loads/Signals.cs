namespace Netpoll.Bench.Engine.Loads;

/// <summary>Messages without content, made once, so that what a round allocates is the engine's.</summary>
internal sealed class Signal
{
    public static readonly Signal Start = new();
    public static readonly Signal Tick = new();
    public static readonly Signal Acknowledged = new();
    public static readonly Signal Started = new();
    public static readonly Signal Stopped = new();
    public static readonly Signal Released = new();

    private Signal()
    {
    }
}

/// <summary>Begins a round in a driving actor.</summary>
/// <param name="Operations">How many operations the actor does.</param>
/// <param name="Done">Completed when they are done.</param>
internal sealed record Begin(int Operations, TaskCompletionSource Done);
