using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>What a system call returned: a value, or the error number that it left. Never throws, costs one register.</summary>
internal readonly struct SysResult
{
    private readonly nint _raw;

    private SysResult(nint raw) => _raw = raw;

    /// <summary>The value returned; meaningful only when <see cref="IsError"/> is false.</summary>
    public int Value => (int)_raw;

    /// <summary>The error number (see <see cref="Native.Errno"/>), or 0.</summary>
    public int Errno => _raw < 0 ? (int)-_raw : 0;

    public bool IsError => _raw < 0;

    /// <summary>The call would have had to wait: try again when the poller says so.</summary>
    public bool WouldBlock => _raw == -Native.Errno.EAGAIN;

    /// <summary>The value of a call that fails only when the process is out of something, or by a bug.</summary>
    /// <param name="call">Its name, for the message.</param>
    /// <exception cref="Win32Exception">It has failed; the exception has <see cref="Errno"/>.</exception>
    public int ValueOrThrow(string call) =>
        IsError ? throw new Win32Exception(Errno, $"{call} failed: {Native.Errno.Explain(Errno)}") : Value;

    public static SysResult Success(int value = 0) => new(value);

    public static SysResult Failure(int errno) => new(-errno);

    /// <summary>Takes the return value of a call made with <c>SetLastError</c>: negative means that the error number was stored.</summary>
    public static SysResult From(nint returned)
    {
        SystemCallCount.Add();
        return returned >= 0 ? new(returned) : new(-Native.Errno.FromNative(Marshal.GetLastPInvokeError()));
    }

    /// <summary>True when the call was cut short by a signal before it did anything, and is to be made again.</summary>
    public static bool Interrupted(nint returned) => returned < 0 && Marshal.GetLastPInvokeError() == Native.Errno.EINTR;
}
