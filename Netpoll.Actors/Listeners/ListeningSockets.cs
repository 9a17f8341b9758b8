using System.Net;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Listeners;

/// <summary>An address, and the end points that it stands for.</summary>
internal sealed record ResolvedAddress(NetAddress Address, IReadOnlyList<EndPoint> EndPoints);

/// <summary>Opens the sockets of a listener: all of them, or none.</summary>
internal static class ListeningSockets
{
    /// <summary>How often port 0 is tried when the kernel's choice for one end point is taken at another (arbitrary: it seldom is even once).</summary>
    private const int MaxPortTries = 16;

    /// <summary>Opens every end point.</summary>
    /// <param name="addresses">What to listen on.</param>
    /// <param name="each">How many sockets for each end point; more than one share its port (<c>SO_REUSEPORT</c>).</param>
    /// <param name="options">What to set on the sockets.</param>
    /// <param name="unavailable">Told of each end point of a name that this machine does not have.</param>
    /// <returns>For each end point its sockets, which have the same address.</returns>
    /// <exception cref="SocketOperationException">One cannot be opened. Nothing is left open.</exception>
    public static List<ListenChannel[]> Open(
        IReadOnlyList<ResolvedAddress> addresses, int each, SocketOptions options, Action<SocketOperationException> unavailable)
    {
        if (each > 1)
        {
            options = options with { ReusePort = true };
        }

        List<ListenChannel[]> all = [];
        try
        {
            foreach (ResolvedAddress address in addresses)
            {
                all.AddRange(OpenAddress(address, each, options, unavailable));
            }

            return all;
        }
        catch
        {
            Close(all);
            throw;
        }
    }

    private static List<ListenChannel[]> OpenAddress(
        ResolvedAddress address, int each, SocketOptions options, Action<SocketOperationException> unavailable)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return OpenOnOnePort(address, each, options, unavailable);
            }
            catch (SocketOperationException taken) when (taken.SocketErrorCode == System.Net.Sockets.SocketError.AddressAlreadyInUse
                && address.Address is { IsUnix: false, Port: 0 } && tries < MaxPortTries)
            {
                // The port that was free at the first end point is not at another: the kernel may choose again.
            }
        }
    }

    private static List<ListenChannel[]> OpenOnOnePort(
        ResolvedAddress address, int each, SocketOptions options, Action<SocketOperationException> unavailable)
    {
        List<ListenChannel[]> opened = [];
        List<SocketOperationException> missing = [];
        try
        {
            int port = address.Address.Port;
            foreach (EndPoint endPoint in address.EndPoints.Distinct())
            {
                try
                {
                    opened.Add(OpenEach(address.Address, endPoint, each, options, ref port));
                }
                catch (SocketOperationException absent) when (IsAbsent(absent) && address.EndPoints.Count > 1)
                {
                    missing.Add(absent);
                }
            }

            if (opened.Count == 0)
            {
                throw missing[0];
            }
        }
        catch
        {
            Close(opened);
            throw;
        }

        missing.ForEach(unavailable);
        return opened;
    }

    private static ListenChannel[] OpenEach(NetAddress address, EndPoint endPoint, int each, SocketOptions options, ref int port)
    {
        List<ListenChannel> channels = new(each);
        try
        {
            for (int i = 0; i < each; i++)
            {
                EndPoint onPort = endPoint is IPEndPoint ip ? new IPEndPoint(ip.Address, port) : endPoint;
                ListenChannel channel = ListenChannel.Open(address, onPort, options);
                channels.Add(channel);
                port = channel.LocalAddress.Port;
            }

            return [.. channels];
        }
        catch
        {
            channels.ForEach(channel => channel.Close());
            throw;
        }
    }

    // A name such as localhost may resolve to an address of a family that the machine, or the container, does not use.
    private static bool IsAbsent(SocketOperationException error) => error.SocketErrorCode
        is System.Net.Sockets.SocketError.AddressNotAvailable or System.Net.Sockets.SocketError.AddressFamilyNotSupported;

    private static void Close(List<ListenChannel[]> all)
    {
        foreach (ListenChannel channel in all.SelectMany(channels => channels))
        {
            channel.Close();
        }
    }
}
