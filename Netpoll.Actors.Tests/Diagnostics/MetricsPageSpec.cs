using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Netpoll.Actors.Diagnostics;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Diagnostics;

/// <summary>The table of metrics in the documentation is what the meter has.</summary>
public sealed class MetricsPageSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    [Fact]
    public void The_table_lists_every_instrument_with_its_kind_and_unit()
    {
        Assert.NotNull(Sys.Netpoll());
        SortedSet<string> published = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == NetpollDiagnostics.MeterName && instrument.Name.StartsWith("netpoll.", StringComparison.Ordinal))
                {
                    published.Add($"{instrument.Name} | {Kind(instrument)} | {instrument.Unit}");
                }
            },
        };
        listener.Start();

        Assert.Equal(published, new SortedSet<string>(Table()));
    }

    private static IEnumerable<string> Table() =>
        from line in File.ReadAllLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../docs/metrics.md"))
        where line.StartsWith("| `netpoll.", StringComparison.Ordinal)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 7
        select $"{cells[1].Trim('`')} | {cells[2]} | {cells[3].Trim('`')}";

    private static string Kind(Instrument instrument) => instrument.GetType().Name switch
    {
        "ObservableCounter`1" => "observable counter",
        "ObservableUpDownCounter`1" => "observable up-down counter",
        "ObservableGauge`1" => "observable gauge",
        "Histogram`1" => "histogram",
        "Counter`1" => "counter",
        { } other => other,
    };

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
