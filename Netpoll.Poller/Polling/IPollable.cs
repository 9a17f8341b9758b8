namespace Netpoll.Poller.Polling;

/// <summary>What a poller's events are delivered to: a channel.</summary>
internal interface IPollable
{
    /// <summary>Called on the loop's thread when the socket is ready; level-triggered, so it is called again until the cause is gone.</summary>
    void OnReady(PollReadiness readiness);
}
