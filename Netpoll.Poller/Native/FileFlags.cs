using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>The flags of an open file (<c>fcntl(2)</c>).</summary>
internal static partial class FileFlags
{
    private const int F_SETFD = 2;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;
    private const int FD_CLOEXEC = 1;

    /// <summary>O_NONBLOCK: Linux and the BSD family, macOS among them, differ.</summary>
    private static int NonBlocking => OperatingSystem.IsLinux() ? 0x800 : 0x4;

    /// <summary>Has reads and writes wait, or not.</summary>
    public static SysResult SetNonBlocking(int descriptor, bool isNonBlocking)
    {
        SysResult flags = SysResult.From(fcntl(descriptor, F_GETFL, 0));
        return flags.IsError ? flags
            : SysResult.From(fcntl(descriptor, F_SETFL, isNonBlocking ? flags.Value | NonBlocking : flags.Value & ~NonBlocking));
    }

    /// <summary>Has the file closed in a program that is started.</summary>
    public static SysResult SetCloseOnExec(int descriptor) => SysResult.From(fcntl(descriptor, F_SETFD, FD_CLOEXEC));

    // Variadic in C: on Linux and on x64 such an argument is passed like any other. Apple's arm64 passes it on the stack, so see there before using this.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);
}
