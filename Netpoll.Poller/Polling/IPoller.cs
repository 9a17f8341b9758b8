using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling;

/// <summary>
/// One of the kernel's doors for readiness. All members are for one thread, the loop's, but for <see cref="Wake"/>, which any thread may call.
/// A backend that moves bytes itself is an <see cref="ICompletionPoller"/> as well.
/// </summary>
/// <remarks>
/// <para><b>Registration.</b> A descriptor is open and non-blocking, is registered once at a time, and is removed before it is closed: some backends
/// hold the file until then. A token is whatever the caller wants to hear, all 64 bits of it but <see cref="PollRegistry.ReservedToken"/>; one that
/// names a generation (<see cref="PollRegistry"/>) tells an event from one of an earlier owner of the number.</para>
/// <para><b>Level-triggered.</b> What is ready is reported at every wait until it is dealt with. A change of interest holds from the next wait on.
/// What does not fit into one wait is reported by the next, and nobody is passed over for good.</para>
/// <para><b>The end.</b> The peer's end of its sending is <see cref="PollReadiness.Readable"/>; with bytes before it, they are read first.
/// <see cref="PollReadiness.HangUp"/> (both directions closed, or an error pending) is reported whatever the interest, beside what can still be read.</para>
/// <para><b>Closing while events are dispatched.</b> Events of the wait that is being dispatched may still name a token that was removed since.
/// Later waits never do.</para>
/// <para><b>Errors</b> of a registration are values. A wait that fails is a bug, and throws.</para>
/// </remarks>
internal interface IPoller : IDisposable
{
    /// <summary>Starts to report a descriptor under a token.</summary>
    /// <returns><see cref="Errno.EEXIST"/> if it is registered, <see cref="Errno.EBADF"/> if it is negative, or what the kernel says.</returns>
    SysResult Add(int descriptor, PollInterest interest, ulong token);

    /// <summary>Replaces the interest and the token of a descriptor that was added.</summary>
    /// <returns><see cref="Errno.ENOENT"/> if it is not registered.</returns>
    SysResult Modify(int descriptor, PollInterest interest, ulong token);

    /// <summary>Stops reporting.</summary>
    /// <returns><see cref="Errno.ENOENT"/> if it is not registered.</returns>
    SysResult Remove(int descriptor);

    /// <summary>Waits until something is ready, <see cref="Wake"/> is called, or the time is over.</summary>
    /// <param name="events">Filled from the front.</param>
    /// <param name="timeoutMillis">0 returns at once, -1 waits without limit.</param>
    /// <returns>How many events were filled; 0 after a wake-up, a signal or the time-out, and now and then for no reason that the caller sees.</returns>
    int Wait(Span<PollEvent> events, int timeoutMillis);

    /// <summary>Ends the wait that runs, or the next one, however often it is called before that. Any thread, also after disposal, when it does nothing.</summary>
    void Wake();
}
