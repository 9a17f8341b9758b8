namespace Netpoll.Bench.Plans;

/// <summary>The loads by the names that the command line has for them.</summary>
public static class Workloads
{
    /// <summary>The four loads for which there are targets.</summary>
    public const string Targets = "targets";

    /// <summary>Everything of netpoll-benchmark: its three scenarios at each concurrency, and bodies of each size.</summary>
    public const string Matrix = "matrix";

    /// <summary>The body sizes of the matrix, at 100 connections.</summary>
    public const string Bodies = "bodies";

    /// <summary>Connect, one call, close.</summary>
    public const string Connect = "connect";

    /// <summary>What an idle connection costs.</summary>
    public const string Open10K = "open-10k";

    /// <summary>A hundred thousand connections at once.</summary>
    public const string Open100K = "open-100k";

    private static readonly int[] s_concurrencies = [1, 100, 500, 1000];
    private static readonly int[] s_bodies = [64, 512, Workload.UsualBody, 4 << 10, 16 << 10, 64 << 10];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Targets, Matrix, "pool", "idle", "mux", Connect, "hold", Bodies, Open10K, Open100K];

    /// <summary>100 connections, one request in flight on each.</summary>
    public static Workload Pool100 { get; } = Workload.Of(Shape.Pool, 100);

    /// <summary>The same with 1000.</summary>
    public static Workload Pool1000 { get; } = Workload.Of(Shape.Pool, 1000);

    /// <summary>100 that work and 4000 that are silent.</summary>
    public static Workload Idle4000 { get; } = new(Shape.Idle, 100, Idle: 4000);

    /// <summary>4 connections, 32 requests in flight on each.</summary>
    public static Workload Mux4X32 { get; } = new(Shape.Mux, 4, InFlight: 32);

    /// <summary>Short connections for which there is a target.</summary>
    public static Workload Connect100 { get; } = Workload.Of(Shape.Connect, 100);

    /// <summary>Idle connections for which there is a target.</summary>
    public static Workload Hold10K { get; } = new(Shape.Hold, 10_000);

    /// <summary>The most connections that are to be open at once.</summary>
    public static Workload Hold100K { get; } = new(Shape.Hold, 100_000);

    /// <summary>The four loads of <see cref="Targets"/>.</summary>
    public static IReadOnlyList<Workload> WithTargets { get; } = [Pool100, Pool1000, Idle4000, Mux4X32];

    /// <summary>The loads of a name, in the order of running.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="connections">Concurrencies for the shapes that stand alone; null for the usual.</param>
    /// <param name="bodies">Body sizes for them; null for the usual.</param>
    /// <param name="rate">Requests a second of an open loop; 0 for a closed one.</param>
    public static IEnumerable<Workload> Of(string name, IReadOnlyList<int>? connections, IReadOnlyList<int>? bodies, double rate) => name switch
    {
        Targets => WithTargets,
        Matrix => [.. Of("pool", s_concurrencies, null, rate), .. Of("idle", s_concurrencies, null, rate), .. Of("mux", s_concurrencies, null, rate), .. Of(Bodies, null, null, rate)],
        Bodies => Product(Shape.Pool, connections ?? [100], bodies ?? s_bodies, rate),
        Connect => Product(Shape.Connect, connections ?? [100], bodies ?? [Workload.UsualBody], rate: 0),
        Open10K => [Hold10K],
        Open100K => [Hold100K],
        _ => Product(Enum.Parse<Shape>(name, ignoreCase: true), connections ?? [100], bodies ?? [Workload.UsualBody], rate),
    };

    private static IEnumerable<Workload> Product(Shape shape, IReadOnlyList<int> connections, IReadOnlyList<int> bodies, double rate) =>
        from count in connections
        from body in bodies
        select Workload.Of(shape, count, body, rate);
}
