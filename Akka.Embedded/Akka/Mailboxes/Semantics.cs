namespace Akka.Dispatch;

/// <summary>What an actor may ask of its mailbox.</summary>
public interface ISemantics;

/// <summary>A mailbox without a bound.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics;

/// <summary>A mailbox with a bound.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics;

/// <summary>A mailbox that a stash can put messages back into. All mailboxes here can.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics;

/// <summary>A mailbox without a bound that a stash can put messages back into.</summary>
public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

/// <summary>A mailbox with a bound that a stash can put messages back into.</summary>
public interface IBoundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics;

/// <summary>An actor that asks something of its mailbox.</summary>
/// <typeparam name="T">What.</typeparam>
public interface IRequiresMessageQueue<T>
    where T : ISemantics;
