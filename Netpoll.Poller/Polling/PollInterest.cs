namespace Netpoll.Poller.Polling;

/// <summary>What a channel wants to hear of its socket.</summary>
[Flags]
public enum PollInterest
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>There are bytes to read, a connection to accept, or the peer has closed.</summary>
    Read = 1,

    /// <summary>There is room to send, or a connection attempt is decided.</summary>
    Write = 2,
}
