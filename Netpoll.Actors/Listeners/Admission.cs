using Netpoll.Actors.Messages;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Listeners;

/// <summary>Decides which connections a listener takes in, and on which loop; counts them until they end. Any thread.</summary>
internal sealed class Admission(ListenerLimits limits, EventLoopGroup loops, LoadBalancing balancing, TimeProvider time)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, int> _perAddress = [];
    private readonly long[] _refused = new long[Enum.GetValues<RefusalCause>().Length];
    private readonly TokenBucket? _rate =
        double.IsPositiveInfinity(limits.AcceptsPerSecond) ? null : new TokenBucket(limits.AcceptsPerSecond, limits.AcceptBurst, time);

    private int _open;
    private long _accepted;

    public ListenerStats Stats
    {
        get
        {
            lock (_gate)
            {
                return new ListenerStats(
                    _open,
                    _accepted,
                    _refused[(int)RefusalCause.Connections],
                    _refused[(int)RefusalCause.ConnectionsOfAddress],
                    _refused[(int)RefusalCause.AcceptRate],
                    _refused[(int)RefusalCause.OutputMemory],
                    _refused[(int)RefusalCause.Descriptors]);
            }
        }
    }

    /// <summary>Counts a connection that something else than its limits kept out.</summary>
    public void CountRefused(RefusalCause cause)
    {
        lock (_gate)
        {
            _refused[(int)cause]++;
        }
    }

    /// <summary>Lets a connection in, or says which limit keeps it out.</summary>
    /// <param name="remote">Who calls.</param>
    /// <param name="loop">The loop on which it must live; null to choose one.</param>
    /// <param name="admitted">Its place, to be disposed of when the connection has ended; null when it is kept out.</param>
    public RefusalCause? TryAdmit(NetAddress remote, int? loop, out Place? admitted)
    {
        admitted = null;
        lock (_gate)
        {
            if (CauseToRefuse(remote.Host) is { } cause)
            {
                _refused[(int)cause]++;
                return cause;
            }

            _open++;
            _accepted++;
            if (IsCounted(remote.Host))
            {
                _perAddress[remote.Host!] = _perAddress.GetValueOrDefault(remote.Host!) + 1;
            }
        }

        if (loop is { } index)
        {
            loops.AssignTo(index);
        }
        else
        {
            index = loops.Assign(balancing, remote);
        }

        admitted = new Place(this, remote.Host, index);
        return null;
    }

    // The rate last, so that a connection that is kept out anyway takes no token.
    private RefusalCause? CauseToRefuse(string? host) =>
        _open >= limits.MaxConnections ? RefusalCause.Connections
        : IsCounted(host) && _perAddress.GetValueOrDefault(host!) >= limits.MaxConnectionsPerAddress ? RefusalCause.ConnectionsOfAddress
        : limits.OutputBudget is { IsExceeded: true } ? RefusalCause.OutputMemory
        : _rate?.TryTake() == false ? RefusalCause.AcceptRate
        : null;

    private bool IsCounted(string? host) => host is not null && limits.MaxConnectionsPerAddress != int.MaxValue;

    private void Leave(Place place)
    {
        loops.Unassign(place.Loop);
        lock (_gate)
        {
            _open--;
            if (!IsCounted(place.Host))
            {
                return;
            }

            int left = _perAddress[place.Host!] - 1;
            if (left == 0)
            {
                _perAddress.Remove(place.Host!);
            }
            else
            {
                _perAddress[place.Host!] = left;
            }
        }
    }

    /// <summary>One connection that was let in. The channel disposes of it once, when its socket is closed.</summary>
    internal sealed class Place(Admission admission, string? host, int loop) : IDisposable
    {
        public string? Host => host;

        /// <summary>The index of the loop on which the connection lives.</summary>
        public int Loop => loop;

        public void Dispose() => admission.Leave(this);
    }
}
