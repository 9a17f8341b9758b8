using System.Diagnostics.Metrics;
using Netpoll.Actors.Diagnostics;

namespace Dashboard.Watching;

/// <summary>Listens to the meter, to what it says of one actor system. One thread reads; the latencies come from all.</summary>
internal sealed class Readings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Instrument, string Detail), double> _sums = [];
    private readonly string _system;

    public Readings(string system)
    {
        _system = system;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == NetpollDiagnostics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>How long requests took.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Asks all instruments.</summary>
    public void Read()
    {
        _sums.Clear();
        _listener.RecordObservableInstruments();
    }

    /// <summary>What an instrument said, summed over pollers.</summary>
    /// <param name="instrument">Its name.</param>
    /// <param name="detail">Of which direction, if it tells them apart.</param>
    public double this[string instrument, string detail = ""] => _sums.GetValueOrDefault((instrument, detail));

    /// <summary>Everything that an instrument said, by what it tells apart.</summary>
    public Dictionary<string, long> Details(string instrument) =>
        _sums.Where(sum => sum.Key.Instrument == instrument).ToDictionary(sum => sum.Key.Detail, sum => (long)sum.Value);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string detail = "";
        foreach ((string key, object? tag) in tags)
        {
            if (key == "netpoll.system" && !Equals(tag, _system))
            {
                return;
            }

            if (key is "network.io.direction" or "netpoll.close.reason")
            {
                detail = $"{tag}";
            }
        }

        if (instrument.Name == "netpoll.request.duration")
        {
            Latencies.Add(value);
        }
        else if (instrument.IsObservable)
        {
            _sums[(instrument.Name, detail)] = _sums.GetValueOrDefault((instrument.Name, detail)) + value;
        }
    }
}
