namespace Netpoll.Actors.Framing;

/// <summary>What a codec found at the front of the bytes received.</summary>
public enum DecodeStatus
{
    /// <summary>The beginning of a frame, but not yet all of it.</summary>
    Incomplete,

    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>No frame can begin like this: the peer breaks the protocol, and the connection is closed.</summary>
    Invalid,
}
