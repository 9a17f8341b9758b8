namespace Netpoll.Poller.Loops;

/// <summary>Something with output that is to leave at the end of the loop's round: see <see cref="EventLoop.RequestFlush"/>.</summary>
public interface IFlushable
{
    /// <summary>Sends what has gathered. Called on the loop's thread, once per request; must not block and must not throw.</summary>
    void Flush();
}
