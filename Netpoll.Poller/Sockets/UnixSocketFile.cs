using System.Net;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>The file that a listening Unix socket leaves in the file system (<c>unix(7)</c>): a process that died cannot remove its own.</summary>
internal static class UnixSocketFile
{
    /// <summary>Removes the file if it is a socket on which nobody listens any more. False leaves everything as it was.</summary>
    public static bool RemoveIfDead(NetAddress address, EndPoint endPoint)
    {
        if (address is not { IsUnix: true, IsAbstract: false })
        {
            return false;
        }

        SysResult created = SocketCalls.CreateStream(SocketCalls.AF_UNIX);
        if (created.IsError)
        {
            return false;
        }

        using SocketHandle probe = new(created.Value);

        // Refused is what the kernel answers for a socket without a listener; a plain file answers the same, so its kind is asked too.
        return SocketCalls.Connect(probe.Descriptor, SocketAddresses.Encode(endPoint)).Errno == Errno.ECONNREFUSED
            && FileKind.IsSocket(address.Path)
            && Remove(address);
    }

    /// <summary>Removes the file of a socket of our own that has stopped listening. True when it is gone.</summary>
    public static bool Remove(NetAddress address)
    {
        if (address is not { IsUnix: true, IsAbstract: false, Path.Length: > 0 })
        {
            return false;
        }

        try
        {
            File.Delete(address.Path);
            return true;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            // IGNORED: the file stays; whoever binds next gets "address in use" and removes it as dead.
            return false;
        }
    }
}
