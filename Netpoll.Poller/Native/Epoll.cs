using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>epoll(7)</c>.</summary>
internal static unsafe partial class Epoll
{
    public const uint EPOLLIN = 0x001;
    public const uint EPOLLOUT = 0x004;
    public const uint EPOLLERR = 0x008;
    public const uint EPOLLHUP = 0x010;
    public const uint EPOLLET = 1u << 31;

    private const int EPOLL_CLOEXEC = 0x80000;
    private const int EPOLL_CTL_ADD = 1;
    private const int EPOLL_CTL_DEL = 2;
    private const int EPOLL_CTL_MOD = 3;

    public static SysResult Create() => SysResult.From(epoll_create1(EPOLL_CLOEXEC));

    public static SysResult Add(int epoll, int descriptor, uint events, ulong data) => Control(epoll, EPOLL_CTL_ADD, descriptor, events, data);

    public static SysResult Modify(int epoll, int descriptor, uint events, ulong data) => Control(epoll, EPOLL_CTL_MOD, descriptor, events, data);

    public static SysResult Remove(int epoll, int descriptor) => Control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0);

    /// <summary>Waits for events. A signal ends the wait early and counts as no event: the caller's loop comes round again anyway.</summary>
    /// <param name="epoll">The epoll descriptor.</param>
    /// <param name="events">Room for <paramref name="capacity"/> events, filled from the front.</param>
    /// <param name="capacity">How many events fit; at least 1.</param>
    /// <param name="timeoutMillis">How long to wait; 0 returns at once, -1 waits without limit.</param>
    public static SysResult Wait(int epoll, EpollEvents events, int capacity, int timeoutMillis)
    {
        // SAFETY: EpollEvents owns native memory for at least `capacity` events and outlives the call.
        nint returned = epoll_wait(epoll, events.Pointer, capacity, timeoutMillis);
        return SysResult.Interrupted(returned) ? SysResult.Success() : SysResult.From(returned);
    }

    private static SysResult Control(int epoll, int operation, int descriptor, uint events, ulong data)
    {
        byte* entry = stackalloc byte[EpollLayout.MaxStride];
        EpollLayout.Current.Write(entry, events, data);

        // SAFETY: the kernel copies the event during the call; a pointer is passed for DEL too, as kernels before 2.6.9 required.
        return SysResult.From(epoll_ctl(epoll, operation, descriptor, entry));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int capacity, int timeoutMillis);
}
