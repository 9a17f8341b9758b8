using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Where an actor runs and how much may wait for it.</summary>
/// <param name="Dispatcher">Runs the mailbox.</param>
/// <param name="Limits">The bound of the mailbox, or null for none.</param>
internal readonly record struct Placement(MessageDispatcher Dispatcher, MailboxLimits? Limits);

/// <summary>The bound of a mailbox.</summary>
/// <param name="Capacity">How many messages may wait.</param>
/// <param name="PushTimeout">How long a sender is held when it is full; zero to refuse at once.</param>
internal sealed record MailboxLimits(int Capacity, TimeSpan PushTimeout);
