using System.Net.Sockets;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>A socket could not be set up: says which operation, on which address, and why. Never thrown where bytes move.</summary>
public sealed class SocketOperationException : SocketException
{
    internal SocketOperationException(string operation, NetAddress? address, int errno)
        : base((int)Errno.ToSocketError(errno), $"Cannot {operation} {address?.ToString() ?? "socket"}: {Errno.Explain(errno)}")
    {
        Operation = operation;
        Address = address;
        ErrorNumber = Errno.ToNative(errno);
    }

    internal SocketOperationException(string operation, NetAddress? address, SocketError error, string reason)
        : base((int)error, $"Cannot {operation} {address?.ToString() ?? "socket"}: {reason}")
    {
        Operation = operation;
        Address = address;
    }

    /// <summary>What was tried: <c>listen on</c>, <c>connect to</c> and so on.</summary>
    public string Operation { get; }

    /// <summary>The address it was tried on, if it has one.</summary>
    public NetAddress? Address { get; }

    /// <summary>The error number as the operating system has it, or 0 when the failure was not a system call's.</summary>
    public int ErrorNumber { get; }
}
