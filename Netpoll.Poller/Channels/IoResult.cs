using System.Net.Sockets;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Channels;

/// <summary>How a transfer on a channel ended. A socket's failure is a value here, never an exception.</summary>
/// <param name="Bytes">Bytes moved before it ended, also when it ended with an error.</param>
/// <param name="Error"><see cref="SocketError.Success"/>; <see cref="SocketError.WouldBlock"/> when the kernel has no more bytes, or no more room, for now; else the failure.</param>
public readonly record struct IoResult(long Bytes, SocketError Error)
{
    /// <summary>Nothing failed, and everything asked for was done.</summary>
    public bool IsSuccess => Error == SocketError.Success;

    /// <summary>The rest has to wait until the poller reports the socket ready.</summary>
    public bool WouldBlock => Error == SocketError.WouldBlock;

    /// <summary>The connection is of no more use.</summary>
    public bool IsFailure => Error is not (SocketError.Success or SocketError.WouldBlock);

    /// <summary>Of a receive: the peer has closed its side, and every byte that it sent before has been read.</summary>
    public bool IsEndOfStream => Bytes == 0 && IsSuccess;

    internal static IoResult From(SysResult result, long bytesBefore = 0) =>
        result.IsError ? new(bytesBefore, Errno.ToSocketError(result.Errno)) : new(bytesBefore + result.Value, SocketError.Success);
}
