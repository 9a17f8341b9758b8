using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Netpoll.Actors.Diagnostics;

namespace Gateway.Telemetry;

/// <summary>
/// What the library's meters say, in the text form that Prometheus reads. It listens from the beginning; the counters are read only when somebody
/// asks for the page. Any thread.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Durations> _durations = [];
    private readonly Lock _gate = new();
    private readonly StringBuilder _page = new();
    private Instrument? _last;

    public MetricsPage()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is NetpollDiagnostics.MeterName or "Netpoll.Poller")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(OnMeasured);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Write(instrument, LabelsOf(tags), value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Write(instrument, LabelsOf(tags), value));
        _listener.Start();
    }

    /// <summary>The page as it is now.</summary>
    public string Read()
    {
        lock (_gate)
        {
            _page.Clear();
            _last = null;
            _listener.RecordObservableInstruments();
            foreach (((Instrument instrument, string labels), Durations durations) in _durations.OrderBy(series => series.Key.Instrument.Name, StringComparer.Ordinal))
            {
                WriteType(instrument, "histogram");
                durations.Write(_page, NameOf(instrument), labels);
            }

            return _page.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void OnMeasured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument is Histogram<double> histogram)
        {
            _durations.GetOrAdd((histogram, LabelsOf(tags)), _ => new Durations(histogram.Advice?.HistogramBucketBoundaries ?? [])).Add(value);
        }
        else
        {
            Write(instrument, LabelsOf(tags), value);
        }
    }

    // Only observable instruments come here, on the thread of Read.
    private void Write(Instrument instrument, string labels, double value)
    {
        WriteType(instrument, IsCounter(instrument) ? "counter" : "gauge");
        _page.Append(CultureInfo.InvariantCulture, $"{NameOf(instrument)}{Braced(labels)} {value}\n");
    }

    private void WriteType(Instrument instrument, string type)
    {
        if (instrument != _last)
        {
            _page.Append(CultureInfo.InvariantCulture, $"# TYPE {NameOf(instrument)} {type}\n");
            _last = instrument;
        }
    }

    private static bool IsCounter(Instrument instrument) => instrument is ObservableCounter<long> or ObservableCounter<double>;

    // As OpenTelemetry maps names: units spelt out, counters called total.
    private static string NameOf(Instrument instrument)
    {
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return instrument.Name.Replace('.', '_') + unit + (IsCounter(instrument) ? "_total" : "");
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach ((string key, object? value) in tags)
        {
            string text = $"{value}".Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            labels.Append(labels.Length == 0 ? "" : ",").Append(key.Replace('.', '_')).Append("=\"").Append(text.Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return labels.ToString();
    }

    private static string Braced(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";
}
