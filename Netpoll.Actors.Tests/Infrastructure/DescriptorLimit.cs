using System.Runtime.InteropServices;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>The limit of descriptors of the tests' own process, lowered for the length of one call. What is open stays so. Only for tests that run alone.</summary>
internal static unsafe partial class DescriptorLimit
{
    /// <summary>Calls while the process may open no file at all.</summary>
    public static T None<T>(Func<T> call) => Lowered(_ => 0, call);

    /// <summary>Calls while all descriptors that the process may still open, some four, are among those kept for other things than connections.</summary>
    public static T Low<T>(Func<T> call) => Lowered(next => next + 4, call);

    private static T Lowered<T>(Func<int, int> limit, Func<T> call)
    {
        SysResult next = FileFlags.Duplicate(0);
        SocketCalls.Close(next.Value);
        Limit before;
        Assert.Equal(0, getrlimit(Platform.Current.RLIMIT_NOFILE, &before));
        Limit lowered = new() { Soft = (nuint)limit(next.Value), Hard = before.Hard };
        Assert.Equal(0, setrlimit(Platform.Current.RLIMIT_NOFILE, &lowered));
        try
        {
            return call();
        }
        finally
        {
            _ = setrlimit(Platform.Current.RLIMIT_NOFILE, &before);
        }
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, Limit* limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, Limit* limit);

    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
