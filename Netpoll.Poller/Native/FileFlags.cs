using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>The flags of an open file (<c>fcntl(2)</c>).</summary>
internal static partial class FileFlags
{
    private const int F_SETFD = 2;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;
    private const int FD_CLOEXEC = 1;

    /// <summary>Has reads and writes wait, or not.</summary>
    public static SysResult SetNonBlocking(int descriptor, bool isNonBlocking)
    {
        int nonBlocking = Platform.Current.O_NONBLOCK;
        SysResult flags = Control(descriptor, F_GETFL, 0);
        return flags.IsError ? flags : Control(descriptor, F_SETFL, isNonBlocking ? flags.Value | nonBlocking : flags.Value & ~nonBlocking);
    }

    /// <summary>Has the file closed in a program that is started.</summary>
    public static SysResult SetCloseOnExec(int descriptor) => Control(descriptor, F_SETFD, FD_CLOEXEC);

    /// <summary>Another descriptor of the same open file, with the lowest number that is free. It is not inherited by a program that is started.</summary>
    public static SysResult Duplicate(int descriptor) => Control(descriptor, Platform.Current.F_DUPFD_CLOEXEC, 0);

    private static SysResult Control(int descriptor, int command, nint argument) => SysResult.From(
        Platform.Current.PutsVariableArgumentsOnStack
            ? FcntlByStack(descriptor, command, 0, 0, 0, 0, 0, 0, argument)
            : fcntl(descriptor, command, argument));

    // Variadic in C: on most systems such an argument is passed like any other.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);

    // On Apple's arm64 it goes on the stack, where a ninth argument goes too: six that nobody reads take the registers up.
    [LibraryImport("libc", SetLastError = true, EntryPoint = "fcntl")]
    private static partial int FcntlByStack(int descriptor, int command, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, nint argument);
}
