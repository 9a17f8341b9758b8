using System.Runtime.CompilerServices;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Channels;

/// <summary>A connected socket: moves bytes between the kernel and LinkBuffers without a copy in between. Loop thread only.</summary>
public sealed class StreamChannel : Channel
{
    /// <summary>
    /// Pieces of memory per system call. The kernel takes up to 1024 (IOV_MAX), but each costs 16 bytes of stack here, and 64 pieces
    /// of at least 4 KiB already fill a socket's usual send buffer.
    /// </summary>
    private const int MaxVectors = 64;

    private IStreamReceiver? _receiver;

    /// <summary>Takes ownership of a connected, non-blocking socket. It hears nothing before a loop has it.</summary>
    public StreamChannel(SocketHandle socket, NetAddress remoteAddress)
        : base(socket) => RemoteAddress = remoteAddress;

    /// <summary>The peer's address.</summary>
    public NetAddress RemoteAddress { get; }

    /// <summary>
    /// Disposed once, on the thread that closes the channel, when the socket is closed: what was counted for the connection is given back
    /// there, whoever owned it last.
    /// </summary>
    public IDisposable? Lease { get; init; }

    /// <summary>This end's address. Asks the kernel, so keep the answer; only while the channel is open.</summary>
    public NetAddress GetLocalAddress() => SocketFactory.LocalAddress(Descriptor);

    /// <summary>Gives the channel to a loop: from here on <paramref name="receiver"/> hears of what <paramref name="interest"/> names.</summary>
    internal void Attach(PollRegistry registry, IStreamReceiver receiver, PollInterest interest)
    {
        Attach(registry, interest);
        _receiver = receiver;
    }

    /// <summary>Reads once, as much as there is and the buffer has room for.</summary>
    /// <param name="input">Gets the bytes, readable at once. Holds no block more than before when nothing came.</param>
    /// <param name="drained">True when the kernel had less than there was room for: nothing more is waiting now.</param>
    /// <returns>The bytes read; <see cref="IoResult.IsEndOfStream"/> when the peer has closed its side.</returns>
    [SkipLocalsInit]
    public IoResult Receive(LinkBuffer input, out bool drained)
    {
        Span<IoVector> vectors = stackalloc IoVector[2];
        int count = input.GetReadVectors(vectors, out long capacity);
        SysResult received = count == 1 ? SocketCalls.Receive(Descriptor, vectors[0]) : SocketCalls.Receive(Descriptor, vectors[..count]);
        input.CommitRead(received.IsError ? 0 : received.Value);
        drained = received.IsError || received.Value < capacity;
        return IoResult.From(received);
    }

    /// <summary>Sends everything readable in the buffer, or as much as the kernel takes now. What was sent is consumed and released.</summary>
    /// <returns>The bytes sent; <see cref="IoResult.WouldBlock"/> when some are left: send again when the channel is writable.</returns>
    [SkipLocalsInit]
    public IoResult Send(LinkBuffer output)
    {
        Span<IoVector> vectors = stackalloc IoVector[MaxVectors];
        long sentBefore = 0;
        while (true)
        {
            int count = output.GetWriteVectors(vectors);
            if (count == 0)
            {
                return new IoResult(sentBefore, System.Net.Sockets.SocketError.Success);
            }

            SysResult sent = count == 1 ? SocketCalls.Send(Descriptor, vectors[0]) : SocketCalls.Send(Descriptor, vectors[..count]);
            if (sent.IsError)
            {
                return IoResult.From(sent, sentBefore);
            }

            output.Skip(sent.Value);
            output.Release();
            sentBefore += sent.Value;
        }
    }

    /// <summary>Tells the peer that nothing more will be sent, and goes on receiving.</summary>
    public void ShutdownWrite()
    {
        if (IsOpen)
        {
            // A peer that is already gone makes this fail; the next read tells so.
            _ = SocketCalls.Shutdown(Descriptor, SocketCalls.SHUT_WR);
        }
    }

    /// <summary>
    /// Closes at once and resets the connection: what is unsent is discarded, and the peer's next read fails. On a Unix socket, which
    /// knows no reset, it is an ordinary close.
    /// </summary>
    public void Abort()
    {
        if (IsOpen)
        {
            _ = SocketCalls.SetLingerZero(Descriptor);
            Close();
        }
    }

    private protected override void OnClosed() => Lease?.Dispose();

    private protected override void OnHangUp() => _receiver!.OnHangUp();

    private protected override void OnReady(bool reads, bool writes)
    {
        if (writes)
        {
            _receiver!.OnWritable();
        }

        // Writing may have closed the channel.
        if (reads && IsOpen)
        {
            _receiver!.OnReadable();
        }
    }
}
