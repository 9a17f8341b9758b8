using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>
/// The file that a listening Unix socket leaves in the file system (<c>unix(7)</c>): a process that died cannot remove its own. Servers that
/// want the same file take turns by a lock on its directory, so that none takes the other's for dead between bind and listen.
/// </summary>
internal static class UnixSocketFile
{
    /// <summary>How long to wait for one's turn (arbitrary: a turn is three system calls; who holds it longer is somebody else).</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waits until no other server binds in the address' directory, and keeps it so until the result is disposed. Null where there is no
    /// directory, or where it cannot be locked: then the file system alone decides who is first.
    /// </summary>
    /// <exception cref="SocketOperationException">Somebody holds the directory's lock and does not give it back.</exception>
    public static DirectoryLock? TakeTurn(NetAddress address)
    {
        if (address is not { IsUnix: true, IsAbstract: false } || Path.GetDirectoryName(address.Path) is not { } directory)
        {
            return null;
        }

        long started = Stopwatch.GetTimestamp();
        SpinWait pause = default;
        DirectoryLock? turn;
        while (DirectoryLock.TryTake(directory, out turn).WouldBlock)
        {
            if (Stopwatch.GetElapsedTime(started) > s_patience)
            {
                throw new SocketOperationException("listen on", address, SocketError.AddressAlreadyInUse, $"another process keeps {directory} locked");
            }

            pause.SpinOnce();
        }

        return turn;
    }

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

    /// <summary>Which file is a listening socket's own, so that it is never mistaken for a successor's. Null where there is none.</summary>
    public static (ulong Device, ulong Inode)? Identify(NetAddress address) =>
        address is { IsUnix: true, IsAbstract: false, Path.Length: > 0 } ? FileKind.SocketIdentity(address.Path) : null;

    /// <summary>Removes the file of a socket of our own, if it still is the one that <see cref="Identify"/> told. True when it is gone.</summary>
    public static bool RemoveOwn(NetAddress address, (ulong Device, ulong Inode)? own) =>
        own is not null && Identify(address) == own && Remove(address);

    /// <summary>Removes the file. True when it is gone.</summary>
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
