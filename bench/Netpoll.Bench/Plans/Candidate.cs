namespace Netpoll.Bench.Plans;

/// <summary>A server to measure: a program that prints <c>listening on ADDRESS</c> and echoes until SIGTERM.</summary>
/// <param name="Name">What the command line and the reports call it.</param>
/// <param name="Program">The executable.</param>
/// <param name="IsDotNet">Whether it runs on .NET, where allocations can be counted.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record Candidate(string Name, string Program, bool IsDotNet, params IReadOnlyList<string> Arguments)
{
    /// <summary>Further arguments for loads with many requests in flight on a connection.</summary>
    public IReadOnlyList<string> MuxArguments { get; init; } = [];

    /// <summary>Whether it differs from another candidate under such loads alone, and so runs under no other.</summary>
    public bool IsForMuxOnly { get; init; }

    /// <summary>What listens to it meanwhile, as Netpoll.Bench.Listeners calls it; null for nobody.</summary>
    public string? Listeners { get; init; }

    /// <summary>Whether it is measured under a load.</summary>
    public bool RunsUnder(Workload workload) => !IsForMuxOnly || workload.Shape == Shape.Mux;

    /// <summary>Its arguments under a load.</summary>
    public IEnumerable<string> ArgumentsFor(Workload workload) => workload.Shape == Shape.Mux ? [.. Arguments, .. MuxArguments] : Arguments;
}
