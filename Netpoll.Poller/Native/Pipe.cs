using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>pipe(2)</c> with nothing that only some Unixes have: by it a thread that waits in the poller is woken where there is no eventfd.</summary>
internal static unsafe partial class Pipe
{
    /// <summary>Two ends, neither of which blocks or is inherited by a program that is started.</summary>
    public static SysResult Create(out int readEnd, out int writeEnd)
    {
        int* ends = stackalloc int[2];
        SysResult created = SysResult.From(pipe(ends));
        if (created.IsError)
        {
            (readEnd, writeEnd) = (-1, -1);
            return created;
        }

        (readEnd, writeEnd) = (ends[0], ends[1]);
        SysResult prepared = Prepare(readEnd);
        prepared = prepared.IsError ? prepared : Prepare(writeEnd);
        if (prepared.IsError)
        {
            SocketCalls.Close(readEnd);
            SocketCalls.Close(writeEnd);
        }

        return prepared;
    }

    /// <summary>Writes one byte; <see cref="Errno.EAGAIN"/> when the pipe is full.</summary>
    public static SysResult WriteByte(int writeEnd)
    {
        byte one = 1;
        nint returned;
        do
        {
            // SAFETY: the byte lives on this stack frame until the call has returned.
            returned = write(writeEnd, &one, 1);
        }
        while (SysResult.Interrupted(returned));

        return SysResult.From(returned);
    }

    /// <summary>Reads what is there, up to 512 bytes.</summary>
    public static SysResult Read(int readEnd)
    {
        byte* bytes = stackalloc byte[512];
        nint returned;
        do
        {
            returned = read(readEnd, bytes, 512);
        }
        while (SysResult.Interrupted(returned));

        return SysResult.From(returned);
    }

    private static SysResult Prepare(int descriptor)
    {
        SysResult set = FileFlags.SetNonBlocking(descriptor, true);
        return set.IsError ? set : FileFlags.SetCloseOnExec(descriptor);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe(int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, void* buffer, nuint length);
}
