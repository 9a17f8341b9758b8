using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Messages that an actor put aside for later.</summary>
public interface IStash
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>How many there may be, or -1 for no bound.</summary>
    int Capacity { get; }

    /// <summary>Whether there are none.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether there are any.</summary>
    bool NonEmpty { get; }

    /// <summary>Whether there is no room for another.</summary>
    bool IsFull { get; }

    /// <summary>Puts the message aside that is being handled.</summary>
    /// <exception cref="IllegalActorStateException">It was put aside already.</exception>
    /// <exception cref="StashOverflowException">There is no room.</exception>
    void Stash();

    /// <summary>Puts the oldest one back, before everything in the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all back in the order in which they came, before everything in the mailbox.</summary>
    void UnstashAll();

    /// <summary>Puts back those that fit, and forgets the others.</summary>
    /// <param name="predicate">Whether to put one back.</param>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all out and forgets them.</summary>
    /// <returns>What was there, oldest first.</returns>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts messages aside as if they were older than all.</summary>
    /// <param name="envelopes">The messages, oldest first.</param>
    void Prepend(IEnumerable<Envelope> envelopes);
}

/// <summary>An actor that has a stash. The engine sets it before PreStart.</summary>
public interface IActorStash
{
    /// <summary>The stash. Set by the engine.</summary>
    IStash Stash { get; set; }
}

/// <summary>An actor with a stash in any mailbox.</summary>
public interface IWithUnrestrictedStash : IActorStash;

/// <summary>An actor with a stash.</summary>
public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>;

/// <summary>An actor with a stash in an unbounded mailbox.</summary>
public interface IWithUnboundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;
