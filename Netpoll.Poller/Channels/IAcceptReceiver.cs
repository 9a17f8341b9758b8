namespace Netpoll.Poller.Channels;

/// <summary>Hears of a <see cref="ListenChannel"/>'s waiting connections, on the loop's thread. Must not block and must not throw.</summary>
public interface IAcceptReceiver
{
    /// <summary>Connections are waiting: take them with <see cref="ListenChannel.Accept"/>. Called again, each round, while any are left.</summary>
    void OnAcceptable();
}
