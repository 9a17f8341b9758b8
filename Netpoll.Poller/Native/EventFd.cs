using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>eventfd(2)</c>: a counter in the kernel that wakes a thread waiting in the poller.</summary>
internal static unsafe partial class EventFd
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;

    public static SysResult Create() => SysResult.From(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));

    /// <summary>Adds one to the counter, which makes the descriptor ready.</summary>
    public static SysResult Signal(int descriptor)
    {
        ulong one = 1;
        nint returned;
        do
        {
            // SAFETY: the eight bytes live on this stack frame until the call has returned.
            returned = write(descriptor, &one, sizeof(ulong));
        }
        while (SysResult.Interrupted(returned));

        return SysResult.From(returned);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, void* buffer, nuint length);
}
