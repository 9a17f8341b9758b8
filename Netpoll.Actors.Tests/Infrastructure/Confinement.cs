using System.Runtime.InteropServices;
using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Takes something away from one thread, as containers take it from processes; those that the thread starts inherit that.</summary>
internal static unsafe partial class Confinement
{
    /// <summary><c>io_uring_setup(2)</c>, the same number on every architecture.</summary>
    public const uint IoUringSetup = 425;

    private const int PR_SET_SECCOMP = 22;
    private const int PR_CAPBSET_DROP = 24;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int CAP_IPC_LOCK = 14;
    private const int SECCOMP_MODE_FILTER = 2;
    private const uint SECCOMP_RET_ERRNO_EPERM = 0x0005_0000 | 1;
    private const uint SECCOMP_RET_ALLOW = 0x7FFF_0000;

    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;

    /// <summary>Runs a function where a system call fails with EPERM: a <c>seccomp(2)</c> filter. Skips the test where there are none.</summary>
    public static T WithoutCall<T>(uint systemCall, Func<T> function) => On(() => Forbid(systemCall), function);

    /// <summary>Runs a function for whose children the limit of locked memory holds, also if this process may go over it.</summary>
    public static T WithoutLocking<T>(Func<T> function) =>
        On(() => prctl(PR_CAPBSET_DROP, CAP_IPC_LOCK, 0, 0, 0) == 0 || !Environment.IsPrivilegedProcess, function);

    /// <summary>On a thread of its own, which ends afterwards.</summary>
    private static T On<T>(Func<bool> confine, Func<T> function)
    {
        T? result = default;
        Exception? failure = null;
        bool isConfined = false;
        Thread thread = new(() =>
        {
            try
            {
                isConfined = confine();
                result = isConfined ? function() : default;
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw new InvalidOperationException("It failed on the confined thread.", failure);
        }

        Skip.IfNot(isConfined, "This process may not take anything away from its children.");
        return result!;
    }

    private static bool Forbid(uint systemCall)
    {
        Instruction* program = stackalloc Instruction[]
        {
            // The number of the call is the first word of what a filter sees.
            new() { Code = LoadWord, Value = 0 },
            new() { Code = JumpIfEqual, IfFalse = 1, Value = systemCall },
            new() { Code = Return, Value = SECCOMP_RET_ERRNO_EPERM },
            new() { Code = Return, Value = SECCOMP_RET_ALLOW },
        };
        FilterProgram filter = new() { Length = 4, Instructions = program };
        return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (nint)(&filter), 0, 0) == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Instruction
    {
        public ushort Code;
        public byte IfTrue;
        public byte IfFalse;
        public uint Value;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public Instruction* Instructions;
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nint second, nint third, nint fourth, nint fifth);
}
