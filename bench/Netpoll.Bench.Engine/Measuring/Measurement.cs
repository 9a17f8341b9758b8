using Akka.Actor;
using Netpoll.Bench.Engine.Loads;

namespace Netpoll.Bench.Engine.Measuring;

/// <summary>Rounds of one load, after a warm-up.</summary>
internal static class Measurement
{
    // The JIT replaces hot code in the background, 100 ms after the last of it was called for the 30th time, in two steps.
    private const int WarmUpRounds = 4;
    private static readonly TimeSpan s_tierDelay = TimeSpan.FromMilliseconds(300);

    private const int QuickShare = 10;

    /// <summary>Measures one load in an actor system of its own.</summary>
    public static async Task<IReadOnlyList<Sample>> RunAsync(Load load, int rounds, bool isQuick, CancellationToken cancellation)
    {
        int operations = isQuick ? load.Operations / QuickShare : load.Operations;
        using ActorSystem system = ActorSystem.Create("bench");
        for (int i = 0; i < WarmUpRounds; i++)
        {
            await RoundAsync(load, system, operations);
            await Task.Delay(s_tierDelay, cancellation);
        }

        var samples = new Sample[rounds];
        for (int i = 0; i < rounds; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            samples[i] = await RoundAsync(load, system, operations);
        }

        await system.Terminate();
        return samples;
    }

    private static async Task<Sample> RoundAsync(Load load, ActorSystem system, int operations)
    {
        await load.PrepareAsync(system, operations);
        Reading before = Reading.Now(load.IsAboutMemory);
        await load.RunAsync(operations);
        Reading after = Reading.Now(load.IsAboutMemory);
        await load.CleanUpAsync();
        return Sample.Of(before, after, operations);
    }
}
