using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling;

/// <summary>
/// One of the kernel's doors for readiness, level-triggered: what is ready is reported at every wait until it is dealt with.
/// All members are for the loop's thread, but for <see cref="Wake"/>, which any thread may call.
/// </summary>
internal interface IPoller : IDisposable
{
    /// <summary>Starts to report a descriptor under a token. The token <see cref="PollRegistry.ReservedToken"/> is the poller's own.</summary>
    SysResult Add(int descriptor, PollInterest interest, ulong token);

    /// <summary>Replaces the interest and the token of a descriptor that was added.</summary>
    SysResult Modify(int descriptor, PollInterest interest, ulong token);

    /// <summary>Stops reporting. Events of the wait that is being dispatched may still name the token.</summary>
    SysResult Remove(int descriptor);

    /// <summary>Waits until something is ready, <see cref="Wake"/> is called, or the time is over.</summary>
    /// <param name="events">Filled from the front; more than fit are reported by the next wait.</param>
    /// <param name="timeoutMillis">0 returns at once, -1 waits without limit.</param>
    /// <returns>How many events were filled; 0 after a wake-up, a signal or the time-out.</returns>
    int Wait(Span<PollEvent> events, int timeoutMillis);

    /// <summary>Ends the wait that runs, or the next one. Any thread, also after disposal, when it does nothing.</summary>
    void Wake();
}
