using System.Net;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Channels;

/// <summary>A listening socket on an event loop. Loop thread only, but for <see cref="LocalAddress"/>.</summary>
public sealed class ListenChannel : Channel
{
    private readonly SocketOptions _options;
    private readonly (ulong Device, ulong Inode)? _file;
    private IAcceptReceiver? _receiver;

    private ListenChannel(SocketHandle socket, NetAddress localAddress, SocketOptions options)
        : base(socket) => (LocalAddress, _options, _file) = (localAddress, options, UnixSocketFile.Identify(localAddress));

    /// <summary>Where it listens, with the port that the kernel chose. Any thread.</summary>
    public NetAddress LocalAddress { get; }

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

    /// <summary>Takes one connection from the queue, ready for use, or tells why there is none.</summary>
    public AcceptResult Accept()
    {
        Span<byte> storage = stackalloc byte[SocketCalls.MaxAddressBytes];
        SysResult accepted = SocketCalls.Accept(Descriptor, storage, out int length);
        if (accepted.IsError)
        {
            return new AcceptResult(null, null, accepted.Errno);
        }

        SocketHandle socket = new(accepted.Value);
        SocketFactory.PrepareStream(socket, isTcp: !LocalAddress.IsUnix, _options);
        return new AcceptResult(socket, SocketAddresses.Decode(storage[..length]), 0);
    }

    private protected override void OnReady(bool reads, bool writes) => _receiver!.OnAcceptable();

    // While the socket is open: a successor takes the file of a closed one for dead and puts its own there, which must stay.
    private protected override void OnClosing() => UnixSocketFile.RemoveOwn(LocalAddress, _file);
}
