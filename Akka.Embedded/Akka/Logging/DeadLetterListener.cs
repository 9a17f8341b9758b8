using System.Diagnostics;
using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Logs dead letters in the recipient's name, up to a number; then it is silent for a while, or for ever, as <c>akka.log-dead-letters</c> and
/// <c>akka.log-dead-letters-suspend-duration</c> say. The texts are Akka.NET's, as people search their logs for them.
/// </summary>
internal sealed class DeadLetterListener : ActorBase
{
    private long _count;

    // While it is silent.
    private long? _silentSince;

    protected override void PreStart()
    {
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
        if (WrappedMessage.Unwrap(letter.Message) is IDeadLetterSuppression)
            return true;

        var (limit, pause) = (Context.System.Settings.LogDeadLetters, Context.System.Settings.LogDeadLettersSuspendDuration);
        _count++;
        if (_silentSince is { } since)
        {
            if (Stopwatch.GetElapsedTime(since) < pause)
                return true;
            Log(letter, $", of which {_count - limit - 1} were not logged. The counter will be reset now");
            _silentSince = null;
            _count = 0;
        }
        else if (_count < limit || limit == int.MaxValue)
        {
            Log(letter, string.Empty);
        }
        else if (pause == Timeout.InfiniteTimeSpan)
        {
            Log(letter, ", no more dead letters will be logged");
            Context.Stop(Self);
        }
        else
        {
            Log(letter, $", no more dead letters will be logged in next [{pause}]");
            _silentSince = Stopwatch.GetTimestamp();
        }

        return true;
    }

    private void Log(AllDeadLetters letter, string note)
    {
        var inner = WrappedMessage.Unwrap(letter.Message);
        var name = inner?.GetType().Name ?? "null";
        var wrapping = letter.Message is IWrappedMessage ? $" wrapped in [${letter.Message.GetType().Name}]" : string.Empty;
        var (fate, hint) = letter switch
        {
            Dropped dropped => ($"dropped. {dropped.Reason}", string.Empty),
            UnhandledMessage => ("unhandled", string.Empty),
            _ => ("not delivered", $" If this is not an expected behavior then {letter.Recipient} may have terminated unexpectedly."),
        };
        var recipient = hint.Length > 0 ? $" to {letter.Recipient}" : WithName(" to ", letter.Recipient);
        var content = inner?.ToString() ?? "null";
        var text = $"Message [{name}]{wrapping}{WithName(" from ", letter.Sender)}{recipient} was {fate}. [{_count}] dead letters encountered{note}.{hint} "
            + "This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'."
            + (content == name ? string.Empty : $" Message content: {content}");

        var source = letter.Recipient ?? Self;
        Context.System.EventStream.Publish(new Info(source.Path.ToString(), source.GetType(), text));
    }

    private static string WithName(string preposition, IActorRef? actor) =>
        actor is null or DeadLetterActorRef ? string.Empty : preposition + actor;
}
