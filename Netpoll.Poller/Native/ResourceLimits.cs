using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>What the process may have (<c>getrlimit(2)</c>).</summary>
internal static unsafe partial class ResourceLimits
{
    /// <summary>The number that all descriptors must stay below, which others may change at any time; <see cref="int.MaxValue"/> for no limit.</summary>
    public static SysResult GetDescriptors()
    {
        Limit limit;
        SysResult read = SysResult.From(getrlimit(Platform.Current.RLIMIT_NOFILE, &limit));
        return read.IsError ? read : SysResult.Success((int)Math.Min(limit.Soft, int.MaxValue));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, Limit* limit);
}
