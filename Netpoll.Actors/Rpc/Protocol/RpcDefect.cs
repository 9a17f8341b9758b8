namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>What is wrong with bytes that should be a message.</summary>
public enum RpcDefect
{
    /// <summary>Nothing: they are one.</summary>
    None,

    /// <summary>They end before the header, the method or the metadata does.</summary>
    Truncated,

    /// <summary>Another version of the protocol.</summary>
    Version,

    /// <summary>There is no such kind of message, or this side never sends it.</summary>
    Kind,

    /// <summary>No such status, or one in a kind of message that has none.</summary>
    Status,

    /// <summary>A last byte of the header that this kind of message has no meaning for.</summary>
    Detail,

    /// <summary>An id of 0 where a call is meant, or another one where none is.</summary>
    Id,

    /// <summary>A call without a method or with a time-out where it can have none, or another kind of message with either.</summary>
    Call,

    /// <summary>More entries or bytes of metadata than the receiver allows.</summary>
    MetadataLimit,

    /// <summary>Entries of metadata that do not add up to its length, or a name that is empty or has other characters than <c>a-z 0-9 - _ .</c></summary>
    Metadata,

    /// <summary>A payload in a kind of message that has none.</summary>
    Payload,
}
