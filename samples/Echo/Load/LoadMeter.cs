using System.Diagnostics;

namespace Echo.Load;

/// <summary>What all connections of a load record together. Belongs to the load's loop; the two counts may be read on any thread.</summary>
/// <param name="connections">How many connections record here.</param>
internal sealed class LoadMeter(int connections)
{
    private readonly TaskCompletionSource _allFailed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isMeasuring;
    private long _replies;
    private long _errors;

    /// <summary>Replies since the beginning, warm-up included. Any thread.</summary>
    public long Replies => Volatile.Read(ref _replies);

    /// <summary>Connections that failed since the beginning. Any thread.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Ends when there is no connection left. Any thread.</summary>
    public Task AllFailed => _allFailed.Task;

    /// <summary>What went wrong first.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Latencies within the measured time, in ticks of <see cref="Stopwatch"/>.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>From here on latencies count.</summary>
    public void Begin() => _isMeasuring = true;

    /// <summary>From here on they do not.</summary>
    public void End() => _isMeasuring = false;

    /// <summary>Records a verified reply.</summary>
    public void Replied(long latency)
    {
        Volatile.Write(ref _replies, _replies + 1);
        if (_isMeasuring)
        {
            Latencies.Record(latency);
        }
    }

    /// <summary>Records the error that ended a connection.</summary>
    public void Failed(int connection, string error)
    {
        FirstError ??= $"connection {connection}: {error}";
        Volatile.Write(ref _errors, _errors + 1);
        if (_errors == connections)
        {
            _allFailed.TrySetResult();
        }
    }
}
