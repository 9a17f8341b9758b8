using System.ComponentModel;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling.Kqueues;
using Netpoll.Poller.Polling.Uring;

namespace Netpoll.Poller.Polling;

/// <summary>The one place where a backend is chosen.</summary>
internal static class Pollers
{
    /// <summary>
    /// The environment variable that says what <see cref="PollerBackend.Auto"/> is, for whoever runs a program and cannot or will not change its
    /// configuration. Read once.
    /// </summary>
    public const string Variable = "NETPOLL_POLLER_BACKEND";

    private static readonly Lazy<PollerBackend> s_auto = new(() => Parse(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>Makes the poller that was asked for, or the next best where that one does not work.</summary>
    /// <param name="wanted">Which.</param>
    /// <param name="maxEvents">The most events that one wait returns.</param>
    /// <param name="pool">Where the blocks come from that a poller fills by itself.</param>
    /// <param name="zeroCopyFrom">io_uring's sends of so many bytes and more leave without a copy; null for none.</param>
    /// <exception cref="PlatformNotSupportedException">The operating system does not have it.</exception>
    /// <exception cref="InvalidOperationException">The environment variable that says what is best names none.</exception>
    /// <exception cref="Win32Exception">The process is out of descriptors or memory.</exception>
    public static ChosenPoller Create(PollerBackend wanted, int maxEvents, BlockPool pool, int? zeroCopyFrom = null)
    {
        switch (wanted == PollerBackend.Auto ? s_auto.Value : wanted)
        {
            case PollerBackend.IoUring when OperatingSystem.IsLinux():
                return CreateUring(maxEvents, pool, zeroCopyFrom);
            case PollerBackend.Auto or PollerBackend.Epoll when OperatingSystem.IsLinux():
                return new ChosenPoller(new EpollPoller(maxEvents), PollerBackend.Epoll, null);
            case PollerBackend.Auto or PollerBackend.Kqueue when Kqueue.OfThisSystem is { } calls:
                return new ChosenPoller(new KqueuePoller(calls, maxEvents), PollerBackend.Kqueue, null);

            // Not on macOS: there poll tells the end of one direction as if it were that of both.
            case PollerBackend.Poll when OperatingSystem.IsLinux() || OperatingSystem.IsFreeBSD():
                return new ChosenPoller(new PollPoller(), PollerBackend.Poll, null);
            default:
                throw new PlatformNotSupportedException(
                    wanted == PollerBackend.Auto ? "Netpoll.Poller runs on Linux, macOS and FreeBSD (x64 and arm64)." : $"This operating system has no {wanted}.");
        }
    }

    /// <summary>Reads what the environment variable says.</summary>
    /// <param name="name">A backend as a configuration names it; null or empty is auto.</param>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    internal static PollerBackend Parse(string? name) => name?.ToUpperInvariant() switch
    {
        null or "" or "AUTO" => PollerBackend.Auto,
        "EPOLL" => PollerBackend.Epoll,
        "IO-URING" => PollerBackend.IoUring,
        "KQUEUE" => PollerBackend.Kqueue,
        "POLL" => PollerBackend.Poll,
        _ => throw new InvalidOperationException(
            $"The environment variable {Variable} is '{name}': it must be one of 'auto', 'epoll', 'io-uring', 'kqueue', 'poll'."),
    };

    private static ChosenPoller CreateUring(int maxEvents, BlockPool pool, int? zeroCopyFrom)
    {
        string? whyNot = UringProbe.WhyNot;
        if (whyNot is null)
        {
            try
            {
                return new ChosenPoller(new UringPoller(maxEvents, pool, zeroCopyFrom), PollerBackend.IoUring, null);
            }
            catch (Win32Exception refused)
            {
                // It worked once, so this process has too many, or may lock no more memory.
                whyNot = refused.Message;
            }
        }

        return new ChosenPoller(new EpollPoller(maxEvents), PollerBackend.Epoll, whyNot);
    }
}

/// <summary>A poller, and how it came to be.</summary>
/// <param name="Poller">Owned by whoever asked.</param>
/// <param name="Backend">What it is; never <see cref="PollerBackend.Auto"/>.</param>
/// <param name="WhyNot">Why it is not the one that was asked for; null when it is.</param>
internal readonly record struct ChosenPoller(IPoller Poller, PollerBackend Backend, string? WhyNot);
