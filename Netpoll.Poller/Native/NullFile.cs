using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary><c>/dev/null</c>: an open file that costs next to nothing but its descriptor.</summary>
internal static partial class NullFile
{
    private const int O_RDONLY = 0;

    public static SysResult Open() => SysResult.From(open("/dev/null", O_RDONLY | Platform.Current.O_CLOEXEC));

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
