using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>poll(2)</c>, the same on every Unix.</summary>
internal static unsafe partial class Poll
{
    public const short POLLIN = 0x01;
    public const short POLLOUT = 0x04;
    public const short POLLERR = 0x08;
    public const short POLLHUP = 0x10;

    /// <summary>Waits until one of the descriptors is ready. A signal ends the wait early and counts as no event.</summary>
    /// <param name="entries">What to watch; their <see cref="PollEntry.Ready"/> is filled in.</param>
    /// <param name="timeoutMillis">0 returns at once, -1 waits without limit.</param>
    /// <returns>How many entries have something ready.</returns>
    public static SysResult Wait(Span<PollEntry> entries, int timeoutMillis)
    {
        fixed (PollEntry* pointer = entries)
        {
            // nfds_t is an unsigned int on some systems and a long on others: both take such a number in one register.
            nint returned = poll(pointer, (nuint)entries.Length, timeoutMillis);
            return SysResult.Interrupted(returned) ? SysResult.Success() : SysResult.From(returned);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int timeoutMillis);
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Events;
    public short Ready;
}
