using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>The flags of an open file (<c>fcntl(2)</c>).</summary>
internal static partial class FileFlags
{
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;

    private static int NonBlocking => OperatingSystem.IsLinux() ? 0x800 : 0x4;

    /// <summary>Has reads and writes wait, or not.</summary>
    public static SysResult SetNonBlocking(int descriptor, bool isNonBlocking)
    {
        SysResult flags = SysResult.From(fcntl(descriptor, F_GETFL, 0));
        return flags.IsError ? flags
            : SysResult.From(fcntl(descriptor, F_SETFL, isNonBlocking ? flags.Value | NonBlocking : flags.Value & ~NonBlocking));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);
}
