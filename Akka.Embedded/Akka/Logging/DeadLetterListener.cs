using System.Diagnostics;
using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Logs dead letters, up to a number; then it is silent for a while, or for ever, as <c>akka.log-dead-letters</c> and
/// <c>akka.log-dead-letters-suspend-duration</c> say.
/// </summary>
internal sealed class DeadLetterListener : ActorBase
{
    private ILoggingAdapter _log = NoLogger.Instance;
    private int _count;
    private long _silentSince;

    protected override void PreStart()
    {
        _log = Context.GetLogger();
        var stream = Context.System.EventStream;
        stream.Subscribe(Self, typeof(DeadLetter));
        stream.Subscribe(Self, typeof(Dropped));
        stream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter)
            return false;

        var settings = Context.System.Settings;
        if (_silentSince != 0)
        {
            var pause = settings.LogDeadLettersSuspendDuration;
            if (pause == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(_silentSince) < pause)
                return true;
            _silentSince = 0;
            _count = 0;
        }

        _count++;
        var last = settings.LogDeadLetters != int.MaxValue && _count >= settings.LogDeadLetters;
        _log.Info(
            "Message [{0}] from {1} to {2} was {3}. [{4}] dead letters encountered{5}. This logging can be turned off or adjusted with "
            + "configuration settings 'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'.",
            letter.Message.GetType().Name,
            letter.Sender,
            letter.Recipient,
            letter is Dropped dropped ? $"dropped: {dropped.Reason}" : letter is UnhandledMessage ? "unhandled" : "not delivered",
            _count,
            last ? ", no more will be logged for now" : string.Empty);
        if (last)
            _silentSince = Stopwatch.GetTimestamp();
        return true;
    }
}
