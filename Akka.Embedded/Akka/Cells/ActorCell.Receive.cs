using Akka.Event;

namespace Akka.Actor;

/// <content>Handling of users' messages, and the behaviour that handles them.</content>
internal sealed partial class ActorCell
{
    private IActorRef? _sender;

    // The behaviour that handles the next message; null until the first message or Become.
    private Receive? _behavior;

    // Behaviours below it; null unless BecomeStacked was used.
    private Stack<Receive>? _behaviorsBelow;

    /// <summary>Counts the messages, so that a stash can tell one from the next.</summary>
    public int Turn { get; private set; }

    public void Invoke(in Envelope envelope)
    {
        var message = envelope.Message;
        CurrentMessage = message;
        _sender = envelope.Sender;
        Turn++;
        try
        {
            if (_idleTimer is not null)
                BeforeMessage(message);

            if (message is IAutoReceivedMessage)
                AutoReceive(message);
            else
                Receive(message);

            // Kept after a failure, for PreRestart.
            if (_perpetrator is null)
                CurrentMessage = null;
            if (_idleTimer is not null)
                AfterMessage(message);
        }
#pragma warning disable CA1031 // Whatever an actor throws is its supervisor's business.
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
#pragma warning restore CA1031
    }

    public void Become(Receive receive)
    {
        _behavior = receive;
    }

    public void BecomeStacked(Receive receive)
    {
        (_behaviorsBelow ??= new Stack<Receive>()).Push(CurrentBehavior);
        _behavior = receive;
    }

    public void Become(UntypedReceive receive) => Become(ToReceive(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(ToReceive(receive));

    public void UnbecomeStacked() => _behavior = _behaviorsBelow is { Count: > 0 } below ? below.Pop() : null;

    /// <summary>A message that reached nobody, as this actor is gone.</summary>
    public void ToDeadLetters(in Envelope envelope)
    {
        // A slot that was read before the mailbox closed.
        if (envelope.Message is null)
            return;
        SystemImpl.DeadLetterMailbox.Refuse(envelope.Message, envelope.Sender, Self);
    }

    private Receive CurrentBehavior => _behavior ??= _actor!.InitialBehavior;

    private static Receive ToReceive(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void Receive(object message) => _actor!.AroundReceiveInternal(CurrentBehavior, message);

    private void AutoReceive(object message)
    {
        if (SystemImpl.Settings.DebugAutoReceive)
            Publish(new Debug(Self.Path.ToString(), ActorType, $"received AutoReceiveMessage {message}"));

        switch (message)
        {
            case TimerMessage timer:
                ReceiveTimer(timer);
                break;
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case PoisonPill:
                Self.Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self);
                break;
            default:
                Receive(message);
                break;
        }
    }

    private void ReceiveTimer(TimerMessage timer)
    {
        if (_actor is not IWithTimers { Timers: TimerScheduler timers } || !timers.Accept(timer))
            return;

        // A stash looks at the current message.
        CurrentMessage = timer.Message;
        if (timer.Message is IAutoReceivedMessage)
            AutoReceive(timer.Message);
        else
            Receive(timer.Message);
    }
}
