using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Netpoll.Actors.Diagnostics;

/// <summary>The names under which metrics and traces are found, as OpenTelemetry's <c>AddMeter</c> and <c>AddSource</c> and <c>dotnet-counters</c> ask for them.</summary>
public static class NetpollDiagnostics
{
    /// <summary>The meter's name. What it measures is listed in <c>docs/metrics.md</c>.</summary>
    public const string MeterName = "Netpoll.Actors";

    /// <summary>The activity source's name: a span for each request, from its last byte's arrival until its answer is handed to the socket.</summary>
    public const string ActivitySourceName = "Netpoll.Actors";

    internal static Meter Meter { get; } = new(MeterName);

    internal static ActivitySource ActivitySource { get; } = new(ActivitySourceName);
}
