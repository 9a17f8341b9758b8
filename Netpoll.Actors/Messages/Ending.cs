namespace Netpoll.Actors.Messages;

/// <summary>How a connection ends. Immutable; <see cref="ConnectionRef"/> holds the one that counts.</summary>
/// <param name="Reason">Why: the first reason that came up.</param>
/// <param name="Error">What went wrong, if something did.</param>
/// <param name="IsTold">True once somebody was told: it then changes no more.</param>
internal sealed record Ending(CloseReason Reason, Exception? Error, bool IsTold = false);
