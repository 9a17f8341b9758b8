using Netpoll.Poller.Sockets;

namespace Echo.Load;

/// <summary>The load to apply.</summary>
internal sealed record LoadOptions
{
    /// <summary>The server.</summary>
    public required NetAddress Address { get; init; }

    /// <summary>Connections that work.</summary>
    public int Connections { get; init; } = 100;

    /// <summary>Requests under way at once on each of them: the next is sent when a reply has come.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>Further connections that stay open and silent.</summary>
    public int Idle { get; init; }

    /// <summary>Bytes in a request's body, at least 1.</summary>
    public int Body { get; init; } = 1024;

    /// <summary>How long to measure.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Load before that, so that the JIT has done its work.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);
}
