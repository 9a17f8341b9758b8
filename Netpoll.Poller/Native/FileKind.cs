using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>Which file a path names: <c>statx(2)</c>, whose structure is the same on every architecture, or <c>lstat(2)</c> where there is none.</summary>
internal static unsafe partial class FileKind
{
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const uint STATX_TYPE = 1;
    private const uint STATX_INO = 0x100;
    private const int StatxBytes = 256;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int S_IFMT = 0xF000;
    private const int S_IFSOCK = 0xC000;

    /// <summary>True when the path names a Unix socket itself, not a link to one.</summary>
    public static bool IsSocket(string path) => SocketIdentity(path) is not null;

    /// <summary>Tells the socket that a path names from every other file that lives: its device and inode. Null when it names none.</summary>
    public static (ulong Device, ulong Inode)? SocketIdentity(string path) =>
        Platform.Current.FileStatus is { } layout ? SocketIdentity(path, layout) : SocketIdentityByStatx(path);

    private static (ulong Device, ulong Inode)? SocketIdentity(string path, FileStatusLayout layout)
    {
        // SAFETY: the layout tells the structure's size, and the kernel fills at most that.
        byte* status = stackalloc byte[layout.Bytes];
        bool isSocket = !SysResult.From(CallLstat(path, status)).IsError
            && (Unsafe.ReadUnaligned<ushort>(status + layout.Mode) & S_IFMT) == S_IFSOCK;
        ulong device = layout.DeviceBytes == 4 ? Unsafe.ReadUnaligned<uint>(status + layout.Device) : Unsafe.ReadUnaligned<ulong>(status + layout.Device);
        return isSocket ? (device, Unsafe.ReadUnaligned<ulong>(status + layout.Inode)) : null;
    }

    private static (ulong Device, ulong Inode)? SocketIdentityByStatx(string path)
    {
        // SAFETY: struct statx is 256 bytes on every architecture, and the kernel fills at most that.
        byte* status = stackalloc byte[StatxBytes];
        bool isSocket = !SysResult.From(statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE | STATX_INO, status)).IsError
            && (Unsafe.ReadUnaligned<ushort>(status + ModeOffset) & S_IFMT) == S_IFSOCK;
        return isSocket ? (Unsafe.ReadUnaligned<ulong>(status + DeviceOffset), Unsafe.ReadUnaligned<ulong>(status + InodeOffset)) : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, byte* status);

    // On an Intel Mac the plain name is that of the structure with 32-bit inodes, which was replaced in macOS 10.6.
    private static int CallLstat(string path, byte* status) =>
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Lstat64(path, status) : lstat(path, status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lstat(string path, byte* status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "lstat$INODE64")]
    private static partial int Lstat64(string path, byte* status);
}
