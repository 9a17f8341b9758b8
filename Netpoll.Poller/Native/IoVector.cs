using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>One piece of memory in a vectored system call: <c>struct iovec</c> of <c>readv(2)</c> and <c>sendmsg(2)</c>.</summary>
/// <remarks>Holds a bare pointer. Whoever fills it keeps the memory pinned and alive until the call has returned.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    /// <summary>First byte.</summary>
    public void* Base;

    /// <summary>Length in bytes.</summary>
    public nuint Length;
}
