using Netpoll.Bench.Load.Recording;

namespace Netpoll.Bench.Load.Loads;

/// <summary>Says when a connection's next request is due. A latency counts from then, however late the request could be sent.</summary>
internal abstract class Pace
{
    /// <summary>Whether a request is due on a connection.</summary>
    /// <param name="connection">The connection's number.</param>
    /// <param name="taken">How many requests it has had.</param>
    /// <param name="now">The time.</param>
    /// <param name="due">When it was due.</param>
    public abstract bool IsDue(int connection, long taken, long now, out long due);
}

/// <summary>A closed loop: the next request is due when a reply has come, at once.</summary>
internal sealed class ClosedLoop : Pace
{
    public override bool IsDue(int connection, long taken, long now, out long due)
    {
        due = now;
        return true;
    }
}

/// <summary>
/// An open loop: requests are due at a fixed rate, on the connections in turn, whatever the server does. Those that find no room wait, and
/// their waiting counts, so a server that stalls for a moment does not hide it (what Gil Tene calls coordinated omission).
/// </summary>
/// <param name="rate">Requests a second, on all connections together.</param>
/// <param name="connections">How many connections there are.</param>
internal sealed class OpenLoop(double rate, int connections) : Pace
{
    private readonly long _start = Clock.Now();

    /// <summary>When the request of a number, counted from 0 over all connections, is due.</summary>
    public long DueTime(long number) => _start + (long)(number / rate * Clock.Second);

    public override bool IsDue(int connection, long taken, long now, out long due)
    {
        due = DueTime((taken * connections) + connection);
        return due <= now;
    }
}

/// <summary>One call on each connection whenever somebody says so.</summary>
internal sealed class OnRequest : Pace
{
    /// <summary>How many calls each connection may have made by now.</summary>
    public long Allowed { get; set; }

    public override bool IsDue(int connection, long taken, long now, out long due)
    {
        due = now;
        return taken < Allowed;
    }
}
