using System.Globalization;

namespace Netpoll.Bench.Plans;

/// <summary>One load, exactly. Equal ones are the same load.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Connections">Connections that work; for <see cref="Shape.Hold"/>, those that are held.</param>
/// <param name="InFlight">Requests under way at once on each of them.</param>
/// <param name="Idle">Further connections that stay open and silent.</param>
/// <param name="Body">Bytes in a request's body.</param>
/// <param name="Rate">Requests a second of an open loop; 0 for a closed one.</param>
public sealed record Workload(Shape Shape, int Connections, int InFlight = 1, int Idle = 0, int Body = Workload.UsualBody, double Rate = 0)
{
    /// <summary>The body of a request unless something else is said, in bytes.</summary>
    public const int UsualBody = 1024;

    /// <summary>How many connections the multiplexed load has, as in netpoll-benchmark.</summary>
    private const int MuxConnections = 4;

    /// <summary>Connections from one loopback address: fewer than there are ports for it.</summary>
    private const int ConnectionsPerSource = 20_000;

    /// <summary>Addresses among which short connections are spread, because the port of a closed one rests for a minute.</summary>
    private const int ConnectSources = 200;

    /// <summary>Requests under way at once, on all connections together.</summary>
    public int Concurrency => Connections * InFlight;

    /// <summary>From how many loopback addresses to connect; 0 for the kernel's choice.</summary>
    public int Sources => Shape switch
    {
        Shape.Connect => ConnectSources,
        Shape.Hold => 1 + (Connections / ConnectionsPerSource),
        _ => 0,
    };

    /// <summary>What the load generator calls this kind.</summary>
    public string Mode => Shape switch
    {
        Shape.Connect => "connect",
        Shape.Hold => "hold",
        _ => "steady",
    };

    /// <summary>The load in a few letters.</summary>
    public string Name
    {
        get
        {
            string size = Shape switch
            {
                Shape.Idle => $"{Connections}+{Idle}",
                Shape.Mux => $"{Connections}x{InFlight}",
                _ => $"{Connections}",
            };
            string body = Body == UsualBody ? "" : $", {Body} B";
            string rate = Rate == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Rate:N0}/s");
            return $"{Shape.ToString().ToLowerInvariant()} {size}{body}{rate}";
        }
    }

    /// <summary>The load in words, for the head of a table.</summary>
    public string Title => $"{Name}: {Words()}, {Body} B, " + (Rate == 0 ? "closed loop" : "open loop");

    /// <summary>A shape at a concurrency, as netpoll-benchmark has it.</summary>
    public static Workload Of(Shape shape, int concurrency, int body = UsualBody, double rate = 0) => shape switch
    {
        Shape.Idle => new Workload(shape, concurrency, Idle: 4 * concurrency, Body: body, Rate: rate),
        Shape.Mux when concurrency > MuxConnections => new Workload(shape, MuxConnections, concurrency / MuxConnections, Body: body, Rate: rate),
        _ => new Workload(shape, concurrency, Body: body, Rate: rate),
    };

    private string Words() => Shape switch
    {
        Shape.Connect => $"{Connections} at once connect, call once and close",
        Shape.Hold => $"{Connections} connections open and silent",
        _ => $"{Connections} connections x {InFlight} in flight" + (Idle > 0 ? $", {Idle} idle" : ""),
    };
}
