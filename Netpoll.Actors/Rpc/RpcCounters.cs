using Akka.Actor;

namespace Netpoll.Actors.Rpc;

/// <summary>What a client counts of its rarer events. Any thread.</summary>
internal sealed class RpcCounters
{
    private long _lateAnswers;
    private long _retries;
    private long _timeouts;
    private long _opened;
    private long _ended;
    private long _failedDials;

    public void AddLateAnswer() => Interlocked.Increment(ref _lateAnswers);

    public void AddRetry() => Interlocked.Increment(ref _retries);

    public void AddTimeout() => Interlocked.Increment(ref _timeouts);

    public void AddOpened() => Interlocked.Increment(ref _opened);

    public void AddEnded() => Interlocked.Increment(ref _ended);

    public void AddFailedDial() => Interlocked.Increment(ref _failedDials);

    public RpcStats Read(int inFlight)
    {
        long opened = Volatile.Read(ref _opened);
        return new RpcStats(
            (int)(opened - Volatile.Read(ref _ended)),
            inFlight,
            opened,
            Volatile.Read(ref _failedDials),
            Volatile.Read(ref _timeouts),
            Volatile.Read(ref _lateAnswers),
            Volatile.Read(ref _retries));
    }
}

/// <summary>Question to an <see cref="RpcClient"/>: answered with <see cref="RpcStats"/>.</summary>
public sealed class GetRpcStats : INoSerializationVerificationNeeded
{
    private GetRpcStats()
    {
    }

    /// <summary>The one there is.</summary>
    public static GetRpcStats Instance { get; } = new();
}

/// <summary>What a client says of itself: a moment's picture, whose parts may be a moment apart.</summary>
/// <param name="Connections">Connections that are open.</param>
/// <param name="InFlight">Calls that are open or wait for a connection; with a protocol without ids also those given up whose answer is still owed.</param>
/// <param name="Connects">Connections that were ever opened.</param>
/// <param name="FailedConnects">Attempts to connect that failed.</param>
/// <param name="TimedOut">Calls that timed out on a connection.</param>
/// <param name="LateAnswers">Answers that were dropped because nobody waited any more.</param>
/// <param name="Retries">Calls that were made again.</param>
public sealed record RpcStats(int Connections, int InFlight, long Connects, long FailedConnects, long TimedOut, long LateAnswers, long Retries)
    : INoSerializationVerificationNeeded;
