namespace Netpoll.Actors.Messages;

/// <summary>What has become of the connections of one poller. Written on its loop's thread only, without locks; read anywhere.</summary>
internal sealed class ConnectionCounters
{
    private static readonly int s_reasons = Enum.GetValues<CloseReason>().Length;

    private readonly long[] _closed = new long[s_reasons];
    private long _opened;
    private long _shed;

    public void CountOpened() => Volatile.Write(ref _opened, _opened + 1);

    public void CountShed() => Volatile.Write(ref _shed, _shed + 1);

    public void CountClosed(CloseReason reason) => Volatile.Write(ref _closed[(int)reason], _closed[(int)reason] + 1);

    public static ConnectionStatistics Sum(IEnumerable<ConnectionCounters> pollers)
    {
        long opened = 0;
        long shed = 0;
        Dictionary<CloseReason, long> closed = [];
        foreach (ConnectionCounters poller in pollers)
        {
            opened += Volatile.Read(ref poller._opened);
            shed += Volatile.Read(ref poller._shed);
            for (int reason = 0; reason < s_reasons; reason++)
            {
                long count = Volatile.Read(ref poller._closed[reason]);
                if (count > 0)
                {
                    closed[(CloseReason)reason] = closed.GetValueOrDefault((CloseReason)reason) + count;
                }
            }
        }

        return new ConnectionStatistics(opened, closed.GetValueOrDefault(CloseReason.Refused), shed, closed);
    }
}
