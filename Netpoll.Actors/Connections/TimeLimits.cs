namespace Netpoll.Actors.Connections;

/// <summary>What a connection's time is limited for.</summary>
internal enum TimeLimit
{
    /// <summary>From the accept to the end of the handler's OnConnected.</summary>
    Handshake,

    /// <summary>Without a byte received or an answer written, while nothing is in flight or unsent.</summary>
    Idle,

    /// <summary>From the first byte of a frame to its last.</summary>
    Read,

    /// <summary>With output that the peer does not take a byte of.</summary>
    Write,

    /// <summary>Of the whole connection.</summary>
    Lifetime,

    /// <summary>For the answers to requests in flight, once nothing more is read.</summary>
    Drain,

    /// <summary>For the peer to take the last bytes.</summary>
    Linger,

    /// <summary>Until the moment that <see cref="Messages.SetReadDeadline"/> named.</summary>
    ReadDeadline,

    /// <summary>Until the moment that <see cref="Messages.SetWriteDeadline"/> named.</summary>
    WriteDeadline,
}

/// <summary>How long each may take, in milliseconds. Immutable; shared by all connections of a listener.</summary>
internal sealed class TimeLimits
{
    public const int Count = 9;
    public const long Unlimited = long.MaxValue;

    private readonly long[] _millis = new long[Count];

    public TimeLimits(
        TimeSpan? handshake = null, TimeSpan? idle = null, TimeSpan? read = null, TimeSpan? write = null, TimeSpan? lifetime = null, TimeSpan? drain = null)
    {
        (_millis[(int)TimeLimit.Handshake], _millis[(int)TimeLimit.Idle], _millis[(int)TimeLimit.Read]) = (Millis(handshake), Millis(idle), Millis(read));
        (_millis[(int)TimeLimit.Write], _millis[(int)TimeLimit.Lifetime], _millis[(int)TimeLimit.Drain]) = (Millis(write), Millis(lifetime), Millis(drain));
        _millis.AsSpan((int)TimeLimit.Linger).Fill(Unlimited);
    }

    /// <summary>Nothing is limited.</summary>
    public static TimeLimits None { get; } = new();

    /// <summary>True when there is something to watch from the beginning: only then does a connection have a clock.</summary>
    public bool NeedClock =>
        _millis.AsSpan(0, (int)TimeLimit.Drain).IndexOfAnyExcept(Unlimited) >= 0;

    public long this[TimeLimit limit] => _millis[(int)limit];

    public bool Has(TimeLimit limit) => this[limit] != Unlimited;

    private static long Millis(TimeSpan? time) => time is { } limited ? (long)Math.Ceiling(limited.TotalMilliseconds) : Unlimited;
}
