using Netpoll.Poller.Polling;

namespace Dashboard.Watching;

/// <summary>The system at one moment, as the page shows it. Rates are those since the snapshot before.</summary>
/// <param name="Time">When, in milliseconds since 1970.</param>
/// <param name="System">The actor system's name.</param>
/// <param name="Uptime">For how many seconds it has been watched.</param>
/// <param name="Rates">What has gone through since the last one.</param>
/// <param name="InFlight">Requests without an answer yet.</param>
/// <param name="Connections">Connections.</param>
/// <param name="Latency">How long requests took lately.</param>
/// <param name="Pollers">The event loops.</param>
/// <param name="Workers">The threads for handlers.</param>
/// <param name="Actors">The supervision tree.</param>
internal sealed record Snapshot(
    long Time,
    string System,
    double Uptime,
    Rates Rates,
    long InFlight,
    ConnectionCounts Connections,
    Latency Latency,
    IReadOnlyList<PollerState> Pollers,
    WorkerState Workers,
    IReadOnlyList<ActorNode> Actors);

/// <summary>What goes through, a second.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Failed">Requests that failed.</param>
/// <param name="Received">Bytes that came.</param>
/// <param name="Sent">Bytes that left.</param>
internal sealed record Rates(double Requests, double Failed, double Received, double Sent);

/// <summary>Connections since the start.</summary>
/// <param name="Open">Open now.</param>
/// <param name="Accepted">Taken in by listeners.</param>
/// <param name="Dialled">Opened by clients.</param>
/// <param name="Closed">Ended, by reason.</param>
internal sealed record ConnectionCounts(long Open, long Accepted, long Dialled, IReadOnlyDictionary<string, long> Closed);

/// <summary>How long requests took in the last ten seconds.</summary>
/// <param name="Bounds">The buckets' upper ends in seconds.</param>
/// <param name="Counts">How many requests were in each; one more than bounds, for what took longer.</param>
/// <param name="P50">Half were not slower, in seconds.</param>
/// <param name="P90">Nine tenths were not slower.</param>
/// <param name="P99">Ninety-nine hundredths were not slower.</param>
internal sealed record Latency(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts, double P50, double P90, double P99);

/// <summary>One event loop.</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Backend">By which of the kernel's doors it hears of sockets.</param>
/// <param name="Sockets">How many sockets it has.</param>
/// <param name="Busy">Which part of its time it has worked, from 0 to 1.</param>
/// <param name="SystemCalls">System calls a second.</param>
/// <param name="WakeUps">How often a second another thread woke it.</param>
/// <param name="Queued">Work items that wait.</param>
/// <param name="LongestHold">Its longest round lately, in seconds.</param>
internal sealed record PollerState(
    int Index, PollerBackend Backend, int Sockets, double Busy, double SystemCalls, double WakeUps, int Queued, double LongestHold);

/// <summary>The threads for handlers.</summary>
/// <param name="Running">At work now.</param>
/// <param name="Queued">Work items that wait for one.</param>
internal sealed record WorkerState(long Running, long Queued);

/// <summary>An actor.</summary>
/// <param name="Path">Its path from the root, such as <c>/user/orders/connection-3</c>.</param>
/// <param name="InFlight">For a connection, requests or calls that have no answer yet.</param>
/// <param name="Bytes">For a connection, bytes that came and left.</param>
internal sealed record ActorNode(string Path, int? InFlight, long? Bytes);

/// <summary>What the charts over time show of a snapshot.</summary>
internal sealed record HistoryPoint(long Time, double Requests, double Received, double Sent);
