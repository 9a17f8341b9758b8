using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>The socket system calls (<c>socket(7)</c>), non-blocking throughout.</summary>
internal static unsafe partial class SocketCalls
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;

    public const int SHUT_RD = 0;
    public const int SHUT_WR = 1;

    /// <summary>Bytes of <c>struct sockaddr_storage</c>: room for any address.</summary>
    public const int MaxAddressBytes = 128;

    private const int SOCK_STREAM = 1;

    private static readonly Platform s_platform = Platform.Current;
    private static readonly int s_socketFlags = s_platform.SocketFlags;
    private static readonly int s_noSignal = s_platform.MSG_NOSIGNAL;

    /// <summary>Of an accept that another makes: the socket is non-blocking and not inherited by child processes.</summary>
    public static uint AcceptFlags => (uint)s_socketFlags;

    /// <summary>Of a send that another makes: no signal, and no end before everything has left or nothing more can.</summary>
    public static uint SendAllFlags { get; } = (uint)(s_noSignal | s_platform.MSG_WAITALL);

    /// <summary>A new non-blocking stream socket that is not inherited by child processes.</summary>
    public static SysResult CreateStream(int family) => Finish(SysResult.From(socket(family, SOCK_STREAM | s_socketFlags, 0)));

    /// <summary>Two stream sockets of the Unix domain, connected to each other.</summary>
    public static SysResult CreatePair(out int first, out int second)
    {
        int* pair = stackalloc int[2];
        SysResult result = SysResult.From(socketpair(AF_UNIX, SOCK_STREAM | s_socketFlags, 0, pair));
        (first, second) = (pair[0], pair[1]);
        return result.IsError || s_socketFlags != 0 ? result : FinishPair(first, second);
    }

    public static SysResult Bind(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* pointer = address)
        {
            return SysResult.From(bind(descriptor, pointer, (uint)address.Length));
        }
    }

    public static SysResult Listen(int descriptor, int backlog) => SysResult.From(listen(descriptor, backlog));

    /// <summary>Starts to connect. <see cref="Errno.EINPROGRESS"/> means that the poller will report the socket writable when it is decided.</summary>
    /// <remarks>An interrupted call goes on in the kernel (<c>connect(2)</c>), so it is reported as in progress, never made again.</remarks>
    public static SysResult Connect(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* pointer = address)
        {
            int returned = connect(descriptor, pointer, (uint)address.Length);
            return SysResult.Interrupted(returned) ? SysResult.Failure(Errno.EINPROGRESS) : SysResult.From(returned);
        }
    }

    /// <summary>Takes one connection from the queue as a non-blocking socket and stores its peer's address.</summary>
    /// <param name="descriptor">The listening socket.</param>
    /// <param name="address">At least <see cref="MaxAddressBytes"/> bytes.</param>
    /// <param name="addressLength">How many bytes of it were filled.</param>
    public static SysResult Accept(int descriptor, Span<byte> address, out int addressLength)
    {
        fixed (byte* pointer = address)
        {
            uint length;
            nint returned;
            do
            {
                length = (uint)address.Length;
                returned = s_socketFlags != 0 ? accept4(descriptor, pointer, &length, s_socketFlags) : accept(descriptor, pointer, &length);
            }
            while (SysResult.Interrupted(returned));

            addressLength = (int)Math.Min(length, (uint)address.Length);
            return Finish(SysResult.From(returned));
        }
    }

    /// <summary>Reads into one piece of memory. 0 means that the peer has closed its side.</summary>
    public static SysResult Receive(int descriptor, in IoVector vector)
    {
        nint returned;
        do
        {
            // SAFETY: whoever filled the vector keeps its memory pinned until this call has returned (see IoVector).
            returned = recv(descriptor, vector.Base, vector.Length, 0);
        }
        while (SysResult.Interrupted(returned));

        return SysResult.From(returned);
    }

    /// <summary>Reads into several pieces of memory at once (<c>readv(2)</c>). 0 means that the peer has closed its side.</summary>
    public static SysResult Receive(int descriptor, ReadOnlySpan<IoVector> vectors)
    {
        // SAFETY: as in the single form; the array of vectors itself is pinned here.
        fixed (IoVector* pointer = vectors)
        {
            nint returned;
            do
            {
                returned = readv(descriptor, pointer, vectors.Length);
            }
            while (SysResult.Interrupted(returned));

            return SysResult.From(returned);
        }
    }

    /// <summary>Sends one piece of memory; may send less. A closed peer is an error number, never a signal.</summary>
    public static SysResult Send(int descriptor, in IoVector vector)
    {
        nint returned;
        do
        {
            // SAFETY: whoever filled the vector keeps its memory pinned until this call has returned (see IoVector).
            returned = send(descriptor, vector.Base, vector.Length, s_noSignal);
        }
        while (SysResult.Interrupted(returned));

        return SysResult.From(returned);
    }

    /// <summary>Sends several pieces of memory at once (<c>sendmsg(2)</c>: <c>writev</c> has no way to suppress the signal); may send less.</summary>
    public static SysResult Send(int descriptor, ReadOnlySpan<IoVector> vectors)
    {
        // SAFETY: as in the single form; the array of vectors and the header live until the call has returned.
        fixed (IoVector* pointer = vectors)
        {
            MessageHeader header = new() { Vectors = pointer, VectorCount = (nuint)vectors.Length };
            nint returned;
            do
            {
                returned = sendmsg(descriptor, &header, s_noSignal);
            }
            while (SysResult.Interrupted(returned));

            return SysResult.From(returned);
        }
    }

    public static SysResult Shutdown(int descriptor, int how) => SysResult.From(shutdown(descriptor, how));

    /// <summary>Closes a descriptor, once: the kernel frees it even when the call is interrupted, so a second try could close another's (<c>close(2)</c>).</summary>
    public static SysResult Close(int descriptor) => SysResult.From(close(descriptor));

    /// <summary>Sets an option; one that the system does not have is left alone, and that counts as done.</summary>
    public static SysResult SetOption(int descriptor, SocketOption option, int value) =>
        option.IsMissing ? SysResult.Success() : SysResult.From(setsockopt(descriptor, option.Level, option.Name, &value, sizeof(int)));

    /// <summary>Makes the next close discard what is unsent and reset the connection.</summary>
    public static SysResult SetLingerZero(int descriptor)
    {
        Linger linger = new() { OnOff = 1, Seconds = 0 };
        SocketOption option = s_platform.SO_LINGER;
        return SysResult.From(setsockopt(descriptor, option.Level, option.Name, &linger, (uint)sizeof(Linger)));
    }

    public static SysResult GetOption(int descriptor, SocketOption option)
    {
        int value = 0;
        uint length = sizeof(int);
        SysResult result = SysResult.From(getsockopt(descriptor, option.Level, option.Name, &value, &length));
        return result.IsError ? result : SysResult.Success(value);
    }

    /// <summary>Takes the error that waits on a socket (SO_ERROR): the value is its number, 0 for none.</summary>
    public static SysResult TakePendingError(int descriptor)
    {
        SysResult pending = GetOption(descriptor, s_platform.SO_ERROR);
        return pending.IsError ? pending : SysResult.Success(Errno.FromNative(pending.Value));
    }

    /// <summary>Stores the address of this end; the value is its length in bytes.</summary>
    public static SysResult GetLocalAddress(int descriptor, Span<byte> address)
    {
        fixed (byte* pointer = address)
        {
            uint length = (uint)address.Length;
            SysResult result = SysResult.From(getsockname(descriptor, pointer, &length));
            return result.IsError ? result : SysResult.Success((int)Math.Min(length, (uint)address.Length));
        }
    }

    /// <summary>Stores the address of the peer; the value is its length in bytes.</summary>
    public static SysResult GetPeerAddress(int descriptor, Span<byte> address)
    {
        fixed (byte* pointer = address)
        {
            uint length = (uint)address.Length;
            SysResult result = SysResult.From(getpeername(descriptor, pointer, &length));
            return result.IsError ? result : SysResult.Success((int)Math.Min(length, (uint)address.Length));
        }
    }

    /// <summary>Sets on a new socket what the call that made it could not be asked for.</summary>
    private static SysResult Finish(SysResult made)
    {
        if (made.IsError || s_socketFlags != 0)
        {
            return made;
        }

        SysResult set = FileFlags.SetNonBlocking(made.Value, true);
        set = set.IsError ? set : FileFlags.SetCloseOnExec(made.Value);

        // On a connection that was reset before it was taken this fails, and then nothing can be sent that would raise a signal.
        _ = SetOption(made.Value, s_platform.SO_NOSIGPIPE, 1);
        if (set.IsError)
        {
            Close(made.Value);
            return set;
        }

        return made;
    }

    private static SysResult FinishPair(int first, int second)
    {
        SysResult finished = Finish(SysResult.Success(first));
        if (finished.IsError)
        {
            Close(second);
            return finished;
        }

        finished = Finish(SysResult.Success(second));
        if (finished.IsError)
        {
            Close(first);
            return finished;
        }

        return SysResult.Success();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Linger
    {
        public int OnOff;
        public int Seconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int family, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int descriptor, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept(int descriptor, byte* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readv(int descriptor, IoVector* vectors, int count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int descriptor, MessageHeader* header, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int descriptor, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpeername(int descriptor, byte* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockname(int descriptor, byte* address, uint* length);
}
