using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>Owns one socket descriptor and closes it exactly once: when disposed, or at the latest when collected.</summary>
/// <remarks>
/// A handle has one owner at a time, usually a channel on an event loop; giving it away is handing over the object.
/// System calls use <see cref="Descriptor"/> directly, because a channel is closed only on the thread that also makes its calls.
/// </remarks>
public sealed class SocketHandle : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes ownership of a descriptor.</summary>
    /// <param name="descriptor">An open socket in non-blocking mode.</param>
    public SocketHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>
    /// The descriptor's number; -1 after disposal, because the number may then already name another file. Use it on the owner's thread only.
    /// </summary>
    public int Descriptor => IsClosed ? -1 : (int)handle;

    /// <summary>
    /// Takes the descriptor out of a .NET socket, which must not be used again, and makes it non-blocking. The socket must not have an
    /// operation under way.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The socket is disposed.</exception>
    public static SocketHandle TakeFrom(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.Blocking = false;
        SafeSocketHandle old = socket.SafeHandle;
        SocketHandle taken = new((int)old.DangerousGetHandle());
        old.SetHandleAsInvalid();
        return taken;
    }

    /// <summary>
    /// Hands the descriptor over to a .NET socket, which is blocking, as new ones are; its asynchronous operations are not. This handle owns
    /// nothing any more.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The handle is disposed, or has handed its descriptor over already.</exception>
    public Socket ToSocket()
    {
        ObjectDisposedException.ThrowIf(IsClosed || IsInvalid, this);

        // A Socket takes EAGAIN from a descriptor that it has not made non-blocking itself for the end of its time-out.
        _ = FileFlags.SetNonBlocking((int)this.handle, false);
        SafeSocketHandle handle = new(this.handle, ownsHandle: true);
        SetHandleAsInvalid();
        return new Socket(handle);
    }

    /// <inheritdoc/>
    // Standard input, output and error are never closed, whoever mistook them for a socket: what opens next would take their number.
    protected override bool ReleaseHandle() => (int)handle <= 2 || !SocketCalls.Close((int)handle).IsError;
}
