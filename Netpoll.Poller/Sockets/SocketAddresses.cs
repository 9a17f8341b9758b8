using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>Translates between end points and the kernel's <c>sockaddr</c> bytes.</summary>
internal static class SocketAddresses
{
    /// <summary>The native address family of an end point.</summary>
    public static int FamilyOf(EndPoint endPoint) => endPoint.AddressFamily switch
    {
        AddressFamily.InterNetwork => SocketCalls.AF_INET,
        AddressFamily.InterNetworkV6 => Platform.Current.AF_INET6,
        AddressFamily.Unix => SocketCalls.AF_UNIX,
        AddressFamily other => throw new NotSupportedException($"Address family {other} is not supported."),
    };

    /// <summary>The kernel's form of an end point.</summary>
    public static ReadOnlySpan<byte> Encode(EndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        return address.Buffer.Span[..address.Size];
    }

    /// <summary>The address that the kernel has stored, for example by <c>accept4</c>.</summary>
    public static NetAddress Decode(ReadOnlySpan<byte> address) => Decode(address, Platform.Current);

    /// <summary>As <see cref="Decode(ReadOnlySpan{byte})"/>, as a given system lays addresses out.</summary>
    public static NetAddress Decode(ReadOnlySpan<byte> address, Platform platform)
    {
        // A Unix socket without a name is the family alone (unix(7), "Autobind feature" and "Address format"), and some calls give no bytes at all.
        if (address.Length < 2)
        {
            return NetAddress.UnnamedUnix;
        }

        int family = platform.AddressesHaveLength ? address[1] : MemoryMarshal.Read<ushort>(address);
        return family switch
        {
            SocketCalls.AF_INET => NetAddress.FromEndPoint(new IPEndPoint(new IPAddress(address.Slice(4, 4)), PortOf(address))),
            _ when family == platform.AF_INET6 => NetAddress.FromEndPoint(new IPEndPoint(new IPAddress(address.Slice(8, 16), ScopeOf(address)), PortOf(address))),
            _ => DecodeUnix(address[2..], platform.HasAbstractNames),
        };
    }

    private static int PortOf(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt16BigEndian(address[2..]);

    private static uint ScopeOf(ReadOnlySpan<byte> address) => MemoryMarshal.Read<uint>(address[24..]);

    private static NetAddress DecodeUnix(ReadOnlySpan<byte> path, bool mayBeAbstract)
    {
        if (path.IsEmpty)
        {
            return NetAddress.UnnamedUnix;
        }

        bool isAbstract = mayBeAbstract && path[0] == 0;
        ReadOnlySpan<byte> name = isAbstract ? path[1..] : path;
        if (!isAbstract && name.IndexOf((byte)0) is >= 0 and int end)
        {
            name = name[..end];
        }

        string text = Encoding.UTF8.GetString(name);
        return text.Length == 0 ? NetAddress.UnnamedUnix : NetAddress.FromKernelPath(isAbstract ? "@" + text : text);
    }
}
