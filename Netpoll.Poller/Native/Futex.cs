using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>futex(2)</c> on words of this process, by its raw system call: the C library has no wrapper for it.</summary>
internal static unsafe partial class Futex
{
    private const int FUTEX_WAIT_PRIVATE = 0 | 128;
    private const int FUTEX_WAKE_PRIVATE = 1 | 128;

    private static readonly nint s_number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 98,
        Architecture.Ppc64le => 221,
        Architecture.S390x => 238,
        _ => -1,
    };

    /// <summary>True on Linux in a 64-bit process: elsewhere the call has another number, another form, or is not there.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && s_number >= 0;

    /// <summary>Waits while the word has a value. May return early, or at once when it has another: the caller looks at the word again.</summary>
    /// <param name="word">In memory that does not move.</param>
    /// <param name="expected">The value that is waited out.</param>
    /// <param name="timeoutMillis">How long at most; -1 waits without limit.</param>
    public static void Wait(int* word, int expected, int timeoutMillis)
    {
        nint* timeSpec = stackalloc nint[2] { timeoutMillis / 1000, timeoutMillis % 1000 * 1_000_000 };

        // SAFETY: the kernel reads the word and the time during the call only.
        syscall(s_number, word, FUTEX_WAIT_PRIVATE, expected, timeoutMillis < 0 ? null : timeSpec);
        SystemCallCount.Add();
    }

    /// <summary>Wakes one of those that wait for the word.</summary>
    public static void WakeOne(int* word)
    {
        // SAFETY: the kernel takes the word's address only.
        syscall(s_number, word, FUTEX_WAKE_PRIVATE, 1, null);
        SystemCallCount.Add();
    }

    // Its errors are told by the word's value alone: no need to keep errno.
    [LibraryImport("libc")]
    private static partial nint syscall(nint number, int* word, nint operation, nint value, nint* timeSpec);
}
