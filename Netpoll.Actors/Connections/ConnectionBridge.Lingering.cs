using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Connections;

/// <summary>
/// The socket after its connection has ended. A close with input unread makes the kernel send a reset, which takes the last answers out of
/// the peer's hands (RFC 2525, section 2.17): so our side is shut down, and what still comes is discarded, until the peer closes or the time
/// is over.
/// </summary>
internal sealed partial class ConnectionBridge
{
    private Lingering? _lingering;

    /// <summary>
    /// Sends what is left, tells the peer that nothing more comes, and closes when it does so too, after this time at the latest. The
    /// connection hears nothing more, and need not wait.
    /// </summary>
    /// <param name="longest">Zero to close at once.</param>
    /// <param name="among">Counts the socket until it is closed; null for nobody.</param>
    public void CloseGently(TimeSpan longest, LingeringSockets? among)
    {
        if (!_isOnLoop || !Channel.IsOpen || longest <= TimeSpan.Zero)
        {
            Dispose(abort: false);
            return;
        }

        among?.Add();
        _lingering = new Lingering(this, loop.BlockPool, among);
        loop.Schedule(_lingering, longest);
        _wantsRead = true;
        _shutsDownWhenSent = true;
        Flush();
    }

    /// <summary>Takes the socket out, open. The output is left for the caller to move.</summary>
    public SocketHandle TakeSocket(LinkBuffer unread)
    {
        IsOutputDead = true;
        return Channel.Detach(unread);
    }

    private void Discard()
    {
        // Once a call: what is left is reported again next round, so that no peer keeps the loop to itself.
        IoResult received = Channel.Receive(_lingering!.Input, out _);
        _lingering.Input.Clear();
        if (received.IsEndOfStream || received.IsFailure)
        {
            Dispose(abort: false);
        }
    }

    private void EndLingering()
    {
        if (_lingering is { } lingering)
        {
            loop.Cancel(lingering);
            lingering.End();
        }
    }

    private sealed class Lingering(ConnectionBridge bridge, BlockPool pool, LingeringSockets? among) : LoopTimer
    {
        private bool _hasEnded;

        public LinkBuffer Input { get; } = new(pool);

        public void End()
        {
            if (!_hasEnded)
            {
                _hasEnded = true;
                Input.Dispose();
                among?.Remove();
            }
        }

        protected override void OnDue() => bridge.Dispose(abort: false);
    }
}
