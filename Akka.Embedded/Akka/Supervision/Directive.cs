namespace Akka.Actor;

/// <summary>What becomes of a failing child.</summary>
public enum Directive
{
    /// <summary>It goes on with the next message, as it is.</summary>
    Resume,

    /// <summary>It goes on with the next message, as a new instance.</summary>
    Restart,

    /// <summary>The supervisor fails itself.</summary>
    Escalate,

    /// <summary>It ends.</summary>
    Stop,
}

/// <summary>Conveniences of directives.</summary>
public static class DirectiveExtensions
{
    /// <summary>The directive for one kind of exception, for <see cref="Decider.From(Directive, KeyValuePair{Type, Directive}[])"/>.</summary>
    /// <typeparam name="TException">The exception, or a base of it.</typeparam>
    /// <param name="self">The directive.</param>
    public static KeyValuePair<Type, Directive> When<TException>(this Directive self)
        where TException : Exception => new(typeof(TException), self);
}
