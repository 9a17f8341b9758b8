using System.Diagnostics;

namespace Akka.Actor;

/// <summary>How often a child was restarted of late. Belongs to its supervisor; made at the first failure.</summary>
internal sealed class ChildRestartStats(IInternalActorRef child)
{
    private int _restarts;
    private long _windowStart;

    public IInternalActorRef Child { get; } = child;

    /// <summary>Counts a restart.</summary>
    /// <param name="maxRetries">How many are allowed in the window; negative for any number.</param>
    /// <param name="windowMillis">How long the window is; not positive for ever.</param>
    /// <returns>Whether it is allowed.</returns>
    public bool RequestRestartPermission(int maxRetries, int windowMillis)
    {
        if (maxRetries == 0)
            return false;
        if (windowMillis <= 0)
            return maxRetries < 0 || ++_restarts <= maxRetries;

        // A window without a number means one restart in it.
        var allowed = maxRetries < 0 ? 1 : maxRetries;
        var now = Stopwatch.GetTimestamp();
        if (_windowStart == 0 || Stopwatch.GetElapsedTime(_windowStart, now).TotalMilliseconds > windowMillis)
        {
            _windowStart = now;
            _restarts = 1;
            return true;
        }

        return ++_restarts <= allowed;
    }
}
