namespace Akka.Actor;

/// <summary>Chooses a directive.</summary>
public interface IDecider
{
    /// <summary>Chooses a directive. Runs as the supervisor.</summary>
    /// <param name="cause">What the child threw.</param>
    Directive Decide(Exception cause);
}

/// <summary>A decider that is a function.</summary>
/// <param name="decider">The function.</param>
public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    /// <inheritdoc/>
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>A decider that is a list of exceptions: the first entry that the exception's type fits wins.</summary>
/// <param name="defaultDirective">For exceptions that are not listed.</param>
/// <param name="pairs">The list.</param>
public class DeployableDecider(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) : IDecider
{
    /// <summary>For exceptions that are not listed.</summary>
    public Directive DefaultDirective { get; } = defaultDirective;

    /// <summary>The list.</summary>
    public KeyValuePair<Type, Directive>[] Pairs { get; } = pairs;

    /// <inheritdoc/>
    public Directive Decide(Exception cause)
    {
        foreach (var (type, directive) in Pairs)
        {
            if (type.IsInstanceOfType(cause))
                return directive;
        }

        return DefaultDirective;
    }
}

/// <summary>Makes deciders.</summary>
public static class Decider
{
    /// <summary>A decider that is a list.</summary>
    /// <param name="defaultDirective">For exceptions that are not listed.</param>
    /// <param name="pairs">The list.</param>
    public static DeployableDecider From(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) => new(defaultDirective, pairs);

    /// <summary>A decider that is a list.</summary>
    /// <param name="defaultDirective">For exceptions that are not listed.</param>
    /// <param name="pairs">The list.</param>
    public static DeployableDecider From(Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs) =>
        new(defaultDirective, [.. pairs]);

    /// <summary>A decider that is a function.</summary>
    /// <param name="localOnlyDecider">The function.</param>
    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);
}
