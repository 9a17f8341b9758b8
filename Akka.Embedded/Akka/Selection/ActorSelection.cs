using System.IO.Enumeration;

namespace Akka.Actor;

/// <summary>
/// Actors by path, looked up for each message: <c>..</c> is the parent, <c>*</c> and <c>?</c> stand for any letters of a name, and
/// <c>**</c> as the last element for all descendants.
/// </summary>
public class ActorSelection : ICanTell
{
    private readonly string[] _elements;

    /// <summary>Actors below, or beside, another one.</summary>
    /// <param name="anchor">Where the path begins.</param>
    /// <param name="path">The path.</param>
    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [])
    {
    }

    /// <summary>Actors below, or beside, another one.</summary>
    /// <param name="anchor">Where the path begins.</param>
    /// <param name="elements">The path.</param>
    /// <exception cref="IllegalActorNameException">There is a <c>**</c> that is not the last element.</exception>
    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        Anchor = anchor;
        _elements = [.. elements];
        var deep = Array.IndexOf(_elements, "**");
        if (deep >= 0 && deep != _elements.Length - 1)
            throw new IllegalActorNameException("Double wildcard (**) can only appear at the last position of a selection's path");
    }

    /// <summary>Where the path begins.</summary>
    public IActorRef Anchor { get; }

    /// <summary>The path.</summary>
    public string PathString => "/" + string.Join('/', _elements);

    /// <summary>Tells all actors that the path leads to. If there is none, the message is a dead letter.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who should get answers; null for the actor that runs on this thread, or nobody.</param>
    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        sender ??= ActorCell.Current?.Self;
        var anchor = (IInternalActorRef)Anchor;
        if (Deliver(anchor, 0, message, sender))
            return;

        var system = anchor.SystemImpl;
        system.DeadLetterMailbox.Refuse(message, sender, new EmptyLocalActorRef(system, anchor.Path / _elements));
    }

    /// <summary>The first actor that answers.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <exception cref="ActorNotFoundException">None answered.</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    /// <summary>The first actor that answers.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ActorNotFoundException">None answered.</exception>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(PathString), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException($"There is no actor at {this}");
        }
        catch (AskTimeoutException late)
        {
            throw new ActorNotFoundException($"No actor at {this} answered", late);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"ActorSelection[Anchor({Anchor}), Path({PathString})]";

    private static bool IsPattern(string element) => element.Contains('*', StringComparison.Ordinal) || element.Contains('?', StringComparison.Ordinal);

    private bool Deliver(IInternalActorRef at, int depth, object message, IActorRef? sender)
    {
        if (at is Nobody)
            return false;
        if (depth == _elements.Length)
        {
            at.Tell(message, sender);
            return true;
        }

        var element = _elements[depth];
        if (element == "..")
            return Deliver(at.Parent is AboveRootActorRef ? at : at.Parent, depth + 1, message, sender);
        if (element == "**")
            return DeliverBelow(at, message, sender);
        if (!IsPattern(element))
            return Deliver(at.GetSingleChild(element), depth + 1, message, sender);

        var delivered = false;
        foreach (var child in at.Children)
        {
            if (FileSystemName.MatchesSimpleExpression(element, child.Path.Name, ignoreCase: false))
                delivered |= Deliver(child, depth + 1, message, sender);
        }

        return delivered;
    }

    private static bool DeliverBelow(IInternalActorRef at, object message, IActorRef? sender)
    {
        var delivered = false;
        foreach (var child in at.Children)
        {
            child.Tell(message, sender);
            DeliverBelow(child, message, sender);
            delivered = true;
        }

        return delivered;
    }
}

/// <summary>Turns text into selections.</summary>
internal static class ActorSelectionFactory
{
    /// <summary>Selects by text: a full path, one from the root, or one relative to an actor.</summary>
    public static ActorSelection Select(string path, IInternalActorRef relativeTo, ActorSystemImpl system)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains("://", StringComparison.Ordinal))
            return ActorPath.TryParse(path, out var full) ? Select(full, system) : new ActorSelection(system.DeadLetterMailbox, string.Empty);
        return new ActorSelection(path.StartsWith('/') ? system.Root : relativeTo, path);
    }

    public static ActorSelection Select(ActorPath path, ActorSystemImpl system)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Address.Equals(system.Root.Path.Address)
            ? new ActorSelection(system.Root, path.Elements)
            : new ActorSelection(system.DeadLetterMailbox, path.Elements);
    }
}
