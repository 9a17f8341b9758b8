namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>How a call ended: the third byte of a message's header. The numbers and their meanings are gRPC's, so that gateways have nothing to translate.</summary>
public enum RpcStatus
{
    /// <summary>Well.</summary>
    Ok = 0,

    /// <summary>The caller cancelled it.</summary>
    Cancelled = 1,

    /// <summary>It failed, and nothing more is known.</summary>
    Unknown = 2,

    /// <summary>The request makes no sense, whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>Its time was over: before it was started, or before it was done.</summary>
    DeadlineExceeded = 4,

    /// <summary>What it asks for does not exist.</summary>
    NotFound = 5,

    /// <summary>What it wants to make exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>Something has run out: a quota, memory, a place in a queue.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in the state that it needs; calling again does not help before that is changed.</summary>
    FailedPrecondition = 9,

    /// <summary>It lost against another call; calling again, from the start of what it belongs to, may help.</summary>
    Aborted = 10,

    /// <summary>Beyond the end of what there is.</summary>
    OutOfRange = 11,

    /// <summary>The server has no such method.</summary>
    Unimplemented = 12,

    /// <summary>The method failed in a way that its author did not foresee.</summary>
    Internal = 13,

    /// <summary>The server cannot serve now; calling again later may help.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or spoilt.</summary>
    DataLoss = 15,

    /// <summary>The caller has not said who it is.</summary>
    Unauthenticated = 16,
}
