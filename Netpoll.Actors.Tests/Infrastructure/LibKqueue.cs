using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Netpoll.Poller.Native;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>
/// libkqueue, which imitates kqueue on Linux (github.com/mheily/libkqueue): NETPOLL_LIBKQUEUE is the path of its shared library. Its structure is as
/// large as macOS', its filters are numbered as FreeBSD's are.
/// </summary>
/// <remarks>
/// It takes a socket's pending error (SO_ERROR) to tell it, which the systems' own kqueues leave in its place: a reset is then read as an ordinary end, and a
/// failed attempt to connect looks like a success.
/// </remarks>
internal sealed unsafe class LibKqueue : IKqueue
{
    private readonly delegate* unmanaged<int> _kqueue;
    private readonly delegate* unmanaged<int, byte*, int, byte*, int, KeventTimeout*, int> _kevent;

    private LibKqueue(string path)
    {
        nint library = NativeLibrary.Load(path);
        _kqueue = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "kqueue");
        _kevent = (delegate* unmanaged<int, byte*, int, byte*, int, KeventTimeout*, int>)NativeLibrary.GetExport(library, "kevent");
    }

    public KeventLayout Layout => new(32, -11);

    public SysResult Create() => ResultOf(_kqueue());

    public SysResult Control(int kqueue, byte* changes, int changeCount, byte* events, int capacity, int timeoutMillis)
    {
        KeventTimeout timeout = KeventTimeout.FromMillis(timeoutMillis);
        int returned = _kevent(kqueue, changes, changeCount, events, capacity, timeoutMillis < 0 ? null : &timeout);
        SysResult result = ResultOf(returned);
        return result.Errno == Errno.EINTR ? SysResult.Success() : result;
    }

    [ModuleInitializer]
    internal static void StandIn()
    {
        if (Environment.GetEnvironmentVariable("NETPOLL_LIBKQUEUE") is { Length: > 0 } path)
        {
            Kqueue.OfThisSystem ??= new LibKqueue(path);
        }
    }

    private static SysResult ResultOf(int returned) =>
        returned < 0 ? SysResult.Failure(Marshal.GetLastSystemError()) : SysResult.Success(returned);
}
