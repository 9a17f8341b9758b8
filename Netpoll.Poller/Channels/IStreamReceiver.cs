namespace Netpoll.Poller.Channels;

/// <summary>
/// Hears when a <see cref="StreamChannel"/> can move bytes. Both members are called on the loop's thread, level-triggered: they are called
/// again, each round, until the cause is dealt with or the interest is dropped. They must not block and must not throw.
/// </summary>
public interface IStreamReceiver
{
    /// <summary>There are bytes to receive, or the peer has closed, or the connection has failed: <see cref="StreamChannel.Receive"/> tells which.</summary>
    void OnReadable();

    /// <summary>There is room to send again.</summary>
    void OnWritable();

    /// <summary>
    /// Both directions are dead (the peer has reset, or has closed after we shut down our side) while the interest is
    /// <see cref="Polling.PollInterest.None"/>. Called once: the channel then hears nothing until the interest is set again. What the
    /// peer sent before may still be received.
    /// </summary>
    void OnHangUp();
}
