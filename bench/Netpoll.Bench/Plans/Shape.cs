namespace Netpoll.Bench.Plans;

/// <summary>The shapes of load. The first three are those of cloudwego/netpoll-benchmark.</summary>
public enum Shape
{
    /// <summary>One request in flight on each connection.</summary>
    Pool,

    /// <summary>As <see cref="Pool"/>, with further connections that stay open and silent.</summary>
    Idle,

    /// <summary>Few connections, many requests in flight on each.</summary>
    Mux,

    /// <summary>Connect, one call, close.</summary>
    Connect,

    /// <summary>Many connections that are open and silent, and are called once at the end.</summary>
    Hold,
}
