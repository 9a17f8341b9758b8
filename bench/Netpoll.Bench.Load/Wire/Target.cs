using System.Buffers.Binary;
using System.ComponentModel;
using System.Globalization;
using System.Net;
using Netpoll.Poller.Native;

namespace Netpoll.Bench.Load.Wire;

/// <summary>Where the server listens, and from which loopback addresses to connect to it. Immutable.</summary>
internal sealed class Target
{
    private const int AddressBytes = 16; // struct sockaddr_in

    private readonly byte[] _server;
    private readonly byte[][] _sources;

    /// <param name="address">Such as <c>tcp://127.0.0.1:7000</c>.</param>
    /// <param name="sources">
    /// How many addresses 127.1.0.x to connect from, in turn, at most 250; 0 leaves it to the kernel. There are some 28,000 ports for each
    /// (<c>ip_local_port_range</c>), and one that was used by a closed connection rests for a while.
    /// </param>
    public Target(string address, int sources)
    {
        _server = Encode(IPEndPoint.Parse(address["tcp://".Length..]));
        _sources = [.. from i in Enumerable.Range(1, sources) select Encode(new IPEndPoint(new IPAddress([127, 1, 0, (byte)i]), 0))];
    }

    /// <summary>Starts to connect a new socket; it turns writable when it is decided.</summary>
    /// <param name="number">Which of the sources to use.</param>
    /// <returns>The socket's descriptor; the caller closes it.</returns>
    /// <exception cref="Win32Exception">There are no descriptors or ports left.</exception>
    public int Connect(int number)
    {
        int descriptor = ValueOf(SocketCalls.CreateStream(SocketCalls.AF_INET), "socket");
        ValueOf(SocketCalls.SetOption(descriptor, Platform.Current.TCP_NODELAY, 1), "setsockopt");
        if (_sources.Length > 0)
        {
            // The port is picked when the peer is known, so that it only has to be free for this peer (ip(7)).
            ValueOf(SocketCalls.SetOption(descriptor, Platform.Current.IP_BIND_ADDRESS_NO_PORT, 1), "setsockopt");
            ValueOf(SocketCalls.Bind(descriptor, _sources[number % _sources.Length]), "bind");
        }

        SysResult result = SocketCalls.Connect(descriptor, _server);
        if (result.Errno != Errno.EINPROGRESS)
        {
            ValueOf(result, "connect");
        }

        return descriptor;
    }

    private static byte[] Encode(IPEndPoint endPoint)
    {
        byte[] address = new byte[AddressBytes];
        BitConverter.TryWriteBytes(address, (ushort)SocketCalls.AF_INET);
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(address.AsSpan(4), out _);
        return address;
    }

    private static int ValueOf(SysResult result, string call) => result.IsError
        ? throw new Win32Exception(result.Errno, string.Create(CultureInfo.InvariantCulture, $"{call}: {Errno.Describe(result.Errno)}"))
        : result.Value;
}
