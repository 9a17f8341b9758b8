namespace Netpoll.Bench.Plans;

/// <summary>One shape of load, as in cloudwego/netpoll-benchmark: a closed loop over so many connections.</summary>
/// <param name="Name">What the command line and the reports call it.</param>
/// <param name="Connections">Connections that work.</param>
/// <param name="InFlight">Requests under way at once on each of them.</param>
/// <param name="Idle">Further connections that stay open and silent.</param>
public sealed record Scenario(string Name, int Connections, int InFlight = 1, int Idle = 0)
{
    /// <summary>The scenarios of a full run.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("pool", Connections: 100),
        new("pool-1000", Connections: 1000),
        new("idle", Connections: 100, Idle: 4000),
        new("mux", Connections: 4, InFlight: 32),
    ];

    /// <summary>The scenario in words, for the head of a table.</summary>
    public string Title =>
        $"{Connections} connections x {InFlight} in flight" + (Idle > 0 ? $", {Idle} idle" : "");
}
