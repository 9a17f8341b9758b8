namespace Netpoll.Poller.Loops;

/// <summary>What an event loop has done since it started. Counted on its own thread: read elsewhere, the figures are of slightly different moments.</summary>
/// <param name="Rounds">Rounds: each asks the kernel once for events.</param>
/// <param name="SystemCalls">System calls that the loop's thread has made: waiting, receiving, sending, accepting, changes of interest. Not those of the runtime.</param>
/// <param name="WakeUps">How often another thread had to wake the parked loop: a system call of that thread's each.</param>
public readonly record struct EventLoopStatistics(long Rounds, long SystemCalls, long WakeUps);
