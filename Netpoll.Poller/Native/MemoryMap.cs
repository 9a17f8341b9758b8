using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>mmap(2)</c> of a ring's queues: memory that the kernel and this process share.</summary>
internal static unsafe partial class MemoryMap
{
    private const int PROT_READ = 1;
    private const int PROT_WRITE = 2;
    private const int MAP_SHARED = 1;
    private const int MAP_POPULATE = 0x8000;

    /// <summary>Maps a part of a descriptor's memory, already present so that no access faults.</summary>
    /// <param name="descriptor">Whose memory.</param>
    /// <param name="offset">From where.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="memory">The first byte; null on failure.</param>
    public static SysResult Share(int descriptor, nint offset, nuint length, out byte* memory)
    {
        nint mapped = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, offset);
        memory = mapped == -1 ? null : (byte*)mapped;
        return SysResult.From(mapped == -1 ? -1 : 0);
    }

    public static void Unmap(byte* memory, nuint length) => _ = munmap(memory, length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(byte* memory, nuint length);
}
