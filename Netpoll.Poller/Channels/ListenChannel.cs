using System.Net;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Channels;

/// <summary>A listening socket on an event loop. Loop thread only, but for <see cref="LocalAddress"/>.</summary>
public sealed class ListenChannel : Channel
{
    private static readonly NetAddress s_gone = NetAddress.FromEndPoint(new IPEndPoint(IPAddress.Any, 0));

    private readonly SocketOptions _options;
    private readonly (ulong Device, ulong Inode)? _file;
    private IAcceptReceiver? _receiver;
    private ICompletionListener? _completions;
    private bool _isScarce;

    private ListenChannel(SocketHandle socket, NetAddress localAddress, SocketOptions options)
        : base(socket) => (LocalAddress, _options, _file) = (localAddress, options, UnixSocketFile.Identify(localAddress));

    /// <summary>Where it listens, with the port that the kernel chose. Any thread.</summary>
    public NetAddress LocalAddress { get; }

    /// <summary>How many may be accepted before there is another look at the limit.</summary>
    private int Burst => _completions is null ? 1 : _options.Backlog;

    /// <summary>Opens a listening socket. It hears nothing before a loop has it, but the kernel already queues connections.</summary>
    /// <param name="address">What the user asked for; named in errors.</param>
    /// <param name="endPoint">One of the end points that the address resolves to.</param>
    /// <param name="options">Set on the listening socket and on each that is accepted.</param>
    /// <exception cref="SocketOperationException">The address is in use, not this machine's, not permitted, and so on.</exception>
    public static ListenChannel Open(NetAddress address, EndPoint endPoint, SocketOptions options)
    {
        SocketHandle socket = SocketFactory.Listen(address, endPoint, options);
        NetAddress bound = address.IsUnix ? address : SocketFactory.LocalAddress(socket.Descriptor);
        return new ListenChannel(socket, bound, options);
    }

    /// <summary>Gives the channel to a loop: from here on <paramref name="receiver"/> hears of waiting connections.</summary>
    internal void Attach(PollRegistry registry, IAcceptReceiver receiver)
    {
        Attach(registry, PollInterest.Read);
        _receiver = receiver;
    }

    /// <summary>
    /// Takes one connection from the queue, ready for use, or tells why there is none. The last 16 descriptors of the process (an eighth of a limit below 128)
    /// are kept for other things: when no others are left it takes none, and says that there are too many open files.
    /// </summary>
    /// <remarks>
    /// From the moment when descriptors were seen to run low (a number in the upper half of the limit) it makes sure before each connection. It may be mistaken
    /// when others open descriptors in the same moment, or have taken all of the upper half; then the result has both a socket and an error.
    /// </remarks>
    public AcceptResult Accept()
    {
        Span<byte> storage = stackalloc byte[SocketCalls.MaxAddressBytes];
        SysResult accepted = Take(storage, out int length);
        if (accepted.IsError)
        {
            AcceptResult none = new(null, null, accepted.Errno);
            BecomeScarce(none.IsExhausted);
            return none;
        }

        DescriptorHeadroom headroom = DescriptorHeadroom.Read();
        BecomeScarce(headroom.IsNear(accepted.Value, Burst));
        SocketHandle socket = new(accepted.Value);
        SocketFactory.PrepareStream(socket, isTcp: !LocalAddress.IsUnix, _options);
        return new AcceptResult(
            socket,
            length == 0 && !LocalAddress.IsUnix ? s_gone : SocketAddresses.Decode(storage[..length]),
            headroom.Has(accepted.Value) ? Errno.EMFILE : 0);
    }

    private protected override ulong Register(PollRegistry registry, PollInterest interest)
    {
        ulong token = registry.AddListener(this, Descriptor, interest, out _completions);
        BecomeScarce(DescriptorHeadroom.Read().IsNear(Descriptor, Burst));
        return token;
    }

    private SysResult Take(Span<byte> address, out int length)
    {
        if (_completions is { } completions && IsOpen)
        {
            SysResult completed = AcceptCompleted(completions, address, out length);
            if (!_isScarce || !completed.WouldBlock)
            {
                return completed;
            }
        }

        length = 0;
        SysResult room = _isScarce ? DescriptorHeadroom.Probe(Descriptor) : SysResult.Success();
        return room.IsError ? room : SocketCalls.Accept(Descriptor, address, out length);
    }

    // For good: numbers that become low again do not tell that high ones are free.
    private void BecomeScarce(bool isScarce)
    {
        if (isScarce && !_isScarce)
        {
            _isScarce = true;
            _completions?.AcceptOnDemand();
        }
    }

    private static SysResult AcceptCompleted(ICompletionListener completions, Span<byte> address, out int length)
    {
        length = 0;
        SysResult accepted = completions.Accept();
        if (accepted.IsError)
        {
            return accepted;
        }

        // A multishot accept tells no address. One that was reset since has no peer to ask for, but what it sent before can still be received.
        SysResult peer = SocketCalls.GetPeerAddress(accepted.Value, address);
        length = peer.IsError ? 0 : peer.Value;
        return accepted;
    }

    private protected override void OnReady(bool reads, bool writes) => _receiver!.OnAcceptable();

    // While the socket is open: a successor takes the file of a closed one for dead and puts its own there, which must stay.
    private protected override void OnClosing() => UnixSocketFile.RemoveOwn(LocalAddress, _file);
}
