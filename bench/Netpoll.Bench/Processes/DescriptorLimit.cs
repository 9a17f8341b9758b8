using System.Runtime.InteropServices;

namespace Netpoll.Bench.Processes;

/// <summary>The limit of open descriptors (<c>RLIMIT_NOFILE</c>), which the processes started from here inherit.</summary>
internal static partial class DescriptorLimit
{
    private const int RLIMIT_NOFILE = 7;

    /// <summary>Raises the limit to at least this, if it is lower. Above the hard limit only root may (CAP_SYS_RESOURCE).</summary>
    /// <exception cref="BenchException">It is not permitted.</exception>
    public static void Raise(int descriptors)
    {
        var wanted = (nuint)descriptors;
        if (getrlimit(RLIMIT_NOFILE, out Limit limit) == 0 && limit.Soft < wanted)
        {
            var raised = new Limit { Soft = wanted, Hard = Math.Max(wanted, limit.Hard) };
            if (setrlimit(RLIMIT_NOFILE, raised) != 0)
            {
                throw new BenchException(
                    $"{descriptors} open descriptors are needed and {limit.Hard} are allowed: run with CAP_SYS_RESOURCE, or raise the limit (ulimit -Hn)");
            }
        }
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);

    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
