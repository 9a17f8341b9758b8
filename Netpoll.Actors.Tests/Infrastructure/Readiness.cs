using Netpoll.Poller.Polling;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>What the kernel says of one socket, asked with a poller that lives for the question.</summary>
internal static class Readiness
{
    /// <summary>Waits until the socket is ready for what the interest names, or has hung up.</summary>
    public static PollReadiness Wait(int descriptor, PollInterest interest) =>
        Ask(descriptor, interest, Eventually.PatienceMillis) is { } readiness and not PollReadiness.None
            ? readiness
            : throw new TimeoutException($"The socket never became ready for {interest}.");

    /// <summary>What the socket is ready for at this moment.</summary>
    public static PollReadiness Now(int descriptor, PollInterest interest) => Ask(descriptor, interest, 0);

    private static PollReadiness Ask(int descriptor, PollInterest interest, int timeoutMillis)
    {
        using EpollPoller poller = new(1);
        Xunit.Assert.False(poller.Add(descriptor, interest, 1).IsError);
        PollEvent[] events = new PollEvent[1];
        return poller.Wait(events, timeoutMillis) == 1 ? events[0].Readiness : PollReadiness.None;
    }
}
