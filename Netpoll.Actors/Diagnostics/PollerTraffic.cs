using Netpoll.Actors.Messages;

namespace Netpoll.Actors.Diagnostics;

/// <summary>
/// What has gone through the connections of one poller. Plain fields, written on its loop's thread only, so that counting costs an addition
/// and no lock; read anywhere, each figure right but not of one moment.
/// </summary>
internal sealed class PollerTraffic(string system)
{
    private static readonly int s_causes = Enum.GetValues<RefusalCause>().Length;
    private static readonly int s_reasons = Enum.GetValues<CloseReason>().Length;

    private readonly long[] _closed = new long[s_reasons];
    private readonly long[] _refused = new long[s_causes];
    private long _accepted;
    private long _dialled;
    private long _received;
    private long _sent;
    private long _requests;
    private long _failed;
    private long _finished;
    private long _shed;

    /// <summary>What the connections of all pollers have come to.</summary>
    public static ConnectionStatistics Sum(IReadOnlyCollection<PollerTraffic> pollers)
    {
        Dictionary<CloseReason, long> closed = Enum.GetValues<CloseReason>()
            .Select(reason => KeyValuePair.Create(reason, pollers.Sum(poller => poller.Closed(reason))))
            .Where(ended => ended.Value > 0)
            .ToDictionary();
        return new ConnectionStatistics(
            pollers.Sum(poller => poller.Accepted + poller.Dialled),
            closed.GetValueOrDefault(CloseReason.Refused),
            pollers.Sum(poller => poller.Shed),
            closed);
    }

    /// <summary>The name of the actor system.</summary>
    public string System => system;

    /// <summary>Connections that listeners took in.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that clients opened.</summary>
    public long Dialled => Volatile.Read(ref _dialled);

    /// <summary>Connections that are open. Those that were refused never were.</summary>
    public long Open => Math.Max(0, Accepted + Dialled - _closed.Sum() + Closed(CloseReason.Refused));

    /// <summary>Bytes that came.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Bytes that the kernel took.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Requests that were given to handlers.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Requests whose handler failed, or whose connection ended first.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Requests that have no answer yet.</summary>
    public long Active => Math.Max(0, Requests - Volatile.Read(ref _finished));

    /// <summary>Requests that no handler got, because too many waited.</summary>
    public long Shed => Volatile.Read(ref _shed);

    /// <summary>Connections that ended for a reason.</summary>
    public long Closed(CloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    /// <summary>Connections that a limit kept out.</summary>
    public long Refused(RefusalCause cause) => Volatile.Read(ref _refused[(int)cause]);

    public void CountRefused(RefusalCause cause) => Volatile.Write(ref _refused[(int)cause], _refused[(int)cause] + 1);

    public void CountAccepted() => Volatile.Write(ref _accepted, _accepted + 1);

    public void CountDialled() => Volatile.Write(ref _dialled, _dialled + 1);

    public void CountClosed(CloseReason reason) => Volatile.Write(ref _closed[(int)reason], _closed[(int)reason] + 1);

    public void CountReceived(long bytes) => Volatile.Write(ref _received, _received + bytes);

    public void CountSent(long bytes) => Volatile.Write(ref _sent, _sent + bytes);

    public void CountRequest() => Volatile.Write(ref _requests, _requests + 1);

    public void CountShed() => Volatile.Write(ref _shed, _shed + 1);

    public void CountAnswer(bool isFailure)
    {
        Volatile.Write(ref _finished, _finished + 1);
        if (isFailure)
        {
            Volatile.Write(ref _failed, _failed + 1);
        }
    }
}
