namespace Netpoll.Poller.Polling.Kqueues;

/// <summary>How one of a socket's two filters is registered with the kernel.</summary>
internal enum FilterMode : byte
{
    /// <summary>It is not.</summary>
    Off,

    /// <summary>Told at every wait while it holds: what somebody is interested in.</summary>
    Level,

    /// <summary>Told when it changes (EV_CLEAR): to hear of the end of a direction that nobody is interested in.</summary>
    Edge,

    /// <summary>Told once (EV_ONESHOT): to be asked whether the other direction has ended too.</summary>
    Once,
}
