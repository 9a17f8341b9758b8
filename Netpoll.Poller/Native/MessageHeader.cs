using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>struct msghdr</c> of <c>sendmsg(2)</c>. Holds bare pointers, as <see cref="IoVector"/> does.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
