using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Kqueues;

/// <summary>
/// What a poller knows of one socket. A kqueue tells of each direction by itself: that it is ready, and that it has ended. That both have, which others
/// call a hang-up, is put together here, and remembered: an end is for good.
/// </summary>
internal struct KqueueSource
{
    public bool IsRegistered;
    public ulong Token;
    public PollInterest Interest;

    /// <summary>How the filters are registered now.</summary>
    public FilterMode Read;
    public FilterMode Write;

    /// <summary>True while it stands in the list of those whose filters are to be changed.</summary>
    public bool IsListed;

    /// <summary>The wait in which it was last reported, and its place among that wait's events.</summary>
    public long Wait;
    public int Place;

    private bool _readEnded;
    private bool _writeEnded;
    private bool _hasFailed;

    /// <summary>Both directions have ended, or the socket has failed.</summary>
    public readonly bool IsHungUp => _hasFailed || (_readEnded && _writeEnded);

    /// <summary>How reading is to be registered. An end is told at every wait, so it serves to repeat a hang-up that nobody has dealt with.</summary>
    public readonly FilterMode WantedRead =>
        (Interest & PollInterest.Read) != 0 ? FilterMode.Level
        : (Interest & PollInterest.Write) != 0 ? (_writeEnded && !IsHungUp ? FilterMode.Once : FilterMode.Off)
        : IsHungUp ? FilterMode.Level
        : _writeEnded ? FilterMode.Edge
        : FilterMode.Off;

    /// <summary>
    /// How writing is to be registered. Of a socket without interest it is the writing side that is watched: its end is that of both, unless it is our own
    /// doing, and what a peer sends meanwhile wakes nobody.
    /// </summary>
    public readonly FilterMode WantedWrite =>
        (Interest & PollInterest.Write) != 0 ? FilterMode.Level
        : (Interest & PollInterest.Read) != 0 ? (_readEnded && !IsHungUp ? FilterMode.Once : FilterMode.Off)
        : IsHungUp || _writeEnded ? FilterMode.Off
        : FilterMode.Edge;

    /// <summary>True when its filters are not registered as they are to be.</summary>
    public readonly bool IsUnsettled => Read != WantedRead || Write != WantedWrite;

    /// <summary>Takes in what the kernel tells.</summary>
    public void Hear(in Kevent told)
    {
        bool isRead = told.Filter == Kqueue.EVFILT_READ;
        if (isRead)
        {
            Read = Read == FilterMode.Once ? FilterMode.Off : Read;
        }
        else
        {
            Write = Write == FilterMode.Once ? FilterMode.Off : Write;
        }

        if ((told.Flags & Kqueue.EV_EOF) != 0)
        {
            _readEnded |= isRead;
            _writeEnded |= !isRead;
            _hasFailed |= told.FilterFlags != 0;
        }
    }

    /// <summary>What of it is to be reported.</summary>
    public readonly PollReadiness ReadinessOf(in Kevent told) =>
        (told.Filter == Kqueue.EVFILT_READ && (Interest & PollInterest.Read) != 0 ? PollReadiness.Readable : PollReadiness.None)
        | (told.Filter == Kqueue.EVFILT_WRITE && (Interest & PollInterest.Write) != 0 ? PollReadiness.Writable : PollReadiness.None)
        | (IsHungUp ? PollReadiness.HangUp : PollReadiness.None);
}
