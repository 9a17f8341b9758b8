namespace Netpoll.Actors.Handlers;

/// <summary>What a connection does with a request while as many wait for handlers as are allowed to.</summary>
public enum OverloadPolicy
{
    /// <summary>It is not read until there is room: its peer waits, and the requests wait in the kernel. The default.</summary>
    Pause,

    /// <summary>
    /// The request fails with <see cref="OverloadedException"/> at once. Without a form for failures that closes its connection, with
    /// <see cref="Messages.CloseReason.Overloaded"/>.
    /// </summary>
    Shed,
}

/// <summary>A request was not given to a handler, because too many waited already.</summary>
public sealed class OverloadedException : Exception
{
    internal OverloadedException(int limit)
        : base($"{limit} requests wait for handlers already.")
    {
    }
}
