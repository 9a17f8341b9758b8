namespace Netpoll.Bench.Load.Loads;

/// <summary>What the load says on standard error so that whoever watches the server reads its meters at the right moments.</summary>
internal static class Markers
{
    /// <summary>The load begins.</summary>
    public const string WarmingUp = "warming up";

    /// <summary>More connections are about to be opened.</summary>
    public const string Opening = "opening";

    /// <summary>The window begins.</summary>
    public const string Measuring = "measuring";

    /// <summary>The window has ended; all connections are still open.</summary>
    public const string Measured = "measured";

    /// <summary>Says it and goes on.</summary>
    public static void Say(string marker) => Console.Error.WriteLine(marker);

    /// <summary>Says it and waits for a line on standard input.</summary>
    public static void SayAndWait(string marker)
    {
        Say(marker);
        _ = Console.ReadLine();
    }
}
