namespace Netpoll.Poller.Polling;

/// <summary>The one place where a backend is chosen.</summary>
internal static class Pollers
{
    /// <exception cref="PlatformNotSupportedException">There is no backend for this operating system.</exception>
    public static IPoller Create(int maxEvents) =>
        OperatingSystem.IsLinux() ? new EpollPoller(maxEvents)
        : throw new PlatformNotSupportedException("Netpoll.Poller runs on Linux (x64 and arm64).");
}
