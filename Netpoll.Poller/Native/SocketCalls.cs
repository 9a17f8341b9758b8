using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>The socket system calls (<c>socket(7)</c>), non-blocking throughout, with Linux' constants (the same on x64 and arm64).</summary>
internal static unsafe partial class SocketCalls
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;

    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_ERROR = 4;
    public const int SO_SNDBUF = 7;
    public const int SO_RCVBUF = 8;
    public const int SO_KEEPALIVE = 9;
    public const int SO_LINGER = 13;
    public const int SO_REUSEPORT = 15;

    public const int IPPROTO_TCP = 6;
    public const int TCP_NODELAY = 1;

    public const int IPPROTO_IP = 0;
    public const int IP_BIND_ADDRESS_NO_PORT = 24;

    public const int IPPROTO_IPV6 = 41;
    public const int IPV6_V6ONLY = 26;

    public const int SHUT_RD = 0;
    public const int SHUT_WR = 1;

    /// <summary>Bytes of <c>struct sockaddr_storage</c>: room for any address.</summary>
    public const int MaxAddressBytes = 128;

    private const int SOCK_STREAM = 1;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int MSG_NOSIGNAL = 0x4000;

    /// <summary>A new non-blocking stream socket that is not inherited by child processes.</summary>
    public static SysResult CreateStream(int family) => SysResult.From(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));

    /// <summary>Two stream sockets of the Unix domain, connected to each other.</summary>
    public static SysResult CreatePair(out int first, out int second)
    {
        int* pair = stackalloc int[2];
        SysResult result = SysResult.From(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair));
        (first, second) = (pair[0], pair[1]);
        return result;
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
                returned = accept4(descriptor, pointer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
            }
            while (SysResult.Interrupted(returned));

            addressLength = (int)Math.Min(length, (uint)address.Length);
            return SysResult.From(returned);
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
            returned = send(descriptor, vector.Base, vector.Length, MSG_NOSIGNAL);
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
                returned = sendmsg(descriptor, &header, MSG_NOSIGNAL);
            }
            while (SysResult.Interrupted(returned));

            return SysResult.From(returned);
        }
    }

    public static SysResult Shutdown(int descriptor, int how) => SysResult.From(shutdown(descriptor, how));

    /// <summary>Closes a descriptor, once: Linux frees it even when the call is interrupted, so a second try could close another's (<c>close(2)</c>).</summary>
    public static SysResult Close(int descriptor) => SysResult.From(close(descriptor));

    public static SysResult SetOption(int descriptor, int level, int option, int value) =>
        SysResult.From(setsockopt(descriptor, level, option, &value, sizeof(int)));

    /// <summary>Makes the next close discard what is unsent and reset the connection.</summary>
    public static SysResult SetLingerZero(int descriptor)
    {
        Linger linger = new() { OnOff = 1, Seconds = 0 };
        return SysResult.From(setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, (uint)sizeof(Linger)));
    }

    public static SysResult GetOption(int descriptor, int level, int option)
    {
        int value = 0;
        uint length = sizeof(int);
        SysResult result = SysResult.From(getsockopt(descriptor, level, option, &value, &length));
        return result.IsError ? result : SysResult.Success(value);
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

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
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
    private static partial int getsockname(int descriptor, byte* address, uint* length);
}
