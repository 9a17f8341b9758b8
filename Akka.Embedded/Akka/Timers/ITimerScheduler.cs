namespace Akka.Actor;

/// <summary>An actor that has timers. The engine sets them before PreStart and cancels them at a restart and at the end.</summary>
public interface IWithTimers
{
    /// <summary>The timers. Set by the engine.</summary>
    ITimerScheduler Timers { get; set; }
}

/// <summary>
/// Timers of one actor, each under a key. A new timer takes the place of the one under the same key, and then not even a message
/// that lies in the mailbox already comes from the old one. Only for the actor's own code.
/// </summary>
public interface ITimerScheduler
{
    /// <summary>The keys of the timers that run.</summary>
    IReadOnlyCollection<object> ActiveTimers { get; }

    /// <summary>Sends this actor a message again and again.</summary>
    /// <param name="key">The key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="interval">How long until the first, and between any two.</param>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <summary>Sends this actor a message again and again.</summary>
    /// <param name="key">The key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="initialDelay">How long until the first.</param>
    /// <param name="interval">How long between any two.</param>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    /// <summary>Sends this actor a message once.</summary>
    /// <param name="key">The key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="timeout">When.</param>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <summary>Whether a timer runs under a key.</summary>
    /// <param name="key">The key.</param>
    bool IsTimerActive(object key);

    /// <summary>Stops a timer, if there is one.</summary>
    /// <param name="key">The key.</param>
    void Cancel(object key);

    /// <summary>Stops all timers.</summary>
    void CancelAll();
}
