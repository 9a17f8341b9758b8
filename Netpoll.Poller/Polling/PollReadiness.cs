namespace Netpoll.Poller.Polling;

/// <summary>What the kernel says of a socket.</summary>
[Flags]
public enum PollReadiness
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A read would not wait.</summary>
    Readable = 1,

    /// <summary>A write would not wait.</summary>
    Writable = 2,

    /// <summary>Both directions are closed, or an error is pending. The kernel reports it whatever the interest, and goes on doing so.</summary>
    HangUp = 4,
}
