using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>kqueue(2)</c>: macOS and FreeBSD have it in their C library, Linux in a library that imitates it.</summary>
internal unsafe interface IKqueue
{
    /// <summary>How its events lie in memory.</summary>
    KeventLayout Layout { get; }

    /// <summary>Makes a queue; the value is its descriptor.</summary>
    SysResult Create();

    /// <summary>Makes changes, then takes events.</summary>
    /// <param name="kqueue">The queue.</param>
    /// <param name="changes">
    /// To be made, in order. One that fails is told as an event with <see cref="Kqueue.EV_ERROR"/>, or, without room for it, as the result.
    /// </param>
    /// <param name="changeCount">How many.</param>
    /// <param name="events">Filled from the front.</param>
    /// <param name="capacity">The most events to take; 0 for none, without waiting.</param>
    /// <param name="timeoutMillis">0 returns at once, -1 waits without limit.</param>
    /// <returns>How many events. A signal ends the wait early and counts as none; the changes are made even then.</returns>
    SysResult Control(int kqueue, byte* changes, int changeCount, byte* events, int capacity, int timeoutMillis);
}

/// <summary>The numbers of <c>sys/event.h</c> that systems agree on, and the kqueue of this one.</summary>
internal static class Kqueue
{
    public const short EVFILT_READ = -1;
    public const short EVFILT_WRITE = -2;

    public const ushort EV_ADD = 0x0001;
    public const ushort EV_DELETE = 0x0002;
    public const ushort EV_ONESHOT = 0x0010;
    public const ushort EV_CLEAR = 0x0020;
    public const ushort EV_ERROR = 0x4000;
    public const ushort EV_EOF = 0x8000;

    public const uint NOTE_TRIGGER = 0x01000000;

    /// <summary>What this system has; null where it has none. Tests put an imitation there.</summary>
    public static IKqueue? OfThisSystem { get; set; } = Platform.Current.Kevent is { } layout ? new SystemKqueue(layout) : null;
}

/// <summary>The C library's.</summary>
internal sealed unsafe partial class SystemKqueue(KeventLayout layout) : IKqueue
{
    public KeventLayout Layout => layout;

    public SysResult Create() => SysResult.From(kqueue());

    public SysResult Control(int kqueue, byte* changes, int changeCount, byte* events, int capacity, int timeoutMillis)
    {
        // SAFETY: the caller's memory outlives the call, as the time does on this stack frame.
        KeventTimeout timeout = KeventTimeout.FromMillis(timeoutMillis);
        int returned = kevent(kqueue, changes, changeCount, events, capacity, timeoutMillis < 0 ? null : &timeout);
        return SysResult.Interrupted(returned) ? SysResult.Success() : SysResult.From(returned);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kqueue();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kevent(int kqueue, byte* changes, int changeCount, byte* events, int eventCount, KeventTimeout* timeout);
}

/// <summary><c>struct timespec</c> of a 64-bit process.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KeventTimeout
{
    public long Seconds;
    public long Nanoseconds;

    public static KeventTimeout FromMillis(int millis) =>
        new() { Seconds = Math.Max(millis, 0) / 1000, Nanoseconds = Math.Max(millis, 0) % 1000 * 1_000_000L };
}
