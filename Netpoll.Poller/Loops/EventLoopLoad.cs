namespace Netpoll.Poller.Loops;

/// <summary>How much an event loop has to do. A snapshot.</summary>
/// <param name="Busy">How long the loop has worked since it started; asking the kernel without waiting counts as work.</param>
/// <param name="Idle">How long it has been parked in the kernel since it started.</param>
/// <param name="LongestHold">The longest round of the last 10 to 20 seconds, the running one included: for so long no socket was looked at.</param>
/// <param name="CurrentHold">How long the running round has taken so far; zero while the loop is parked.</param>
/// <param name="Queued">Work items that wait for their turn.</param>
public readonly record struct EventLoopLoad(TimeSpan Busy, TimeSpan Idle, TimeSpan LongestHold, TimeSpan CurrentHold, int Queued)
{
    /// <summary>The part of its time that the loop has worked, from 0 to 1, since it started.</summary>
    public double BusyShare => Busy + Idle > TimeSpan.Zero ? Busy / (Busy + Idle) : 0;
}
