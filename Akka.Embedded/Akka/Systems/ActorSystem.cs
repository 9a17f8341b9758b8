using System.Diagnostics;
using System.Text.RegularExpressions;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The tree of actors, and what they share: dispatchers, scheduler, event stream, settings, extensions. Any thread.</summary>
public abstract partial class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();

    private protected ActorSystem()
    {
    }

    /// <summary>What the configuration says of the engine.</summary>
    public abstract Settings Settings { get; }

    /// <summary>The name.</summary>
    public abstract string Name { get; }

    /// <summary>The dispatchers, by id.</summary>
    public abstract Dispatchers Dispatchers { get; }

    /// <summary>The kinds of mailboxes, by id.</summary>
    public abstract Mailboxes Mailboxes { get; }

    /// <summary>The scheduler.</summary>
    public abstract IScheduler Scheduler { get; }

    /// <summary>The event stream.</summary>
    public abstract EventStream EventStream { get; }

    /// <summary>Where messages go that reach nobody.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>An actor that ignores what it is told.</summary>
    public abstract IActorRef IgnoreRef { get; }

    /// <summary>Logs in the system's name.</summary>
    public abstract ILoggingAdapter Log { get; }

    /// <summary>Is complete when all actors are gone.</summary>
    public abstract Task WhenTerminated { get; }

    /// <summary>How long the system has been there.</summary>
    public TimeSpan Uptime => Stopwatch.GetElapsedTime(_started);

    /// <summary>Makes an actor system with the default configuration.</summary>
    /// <param name="name">Letters, digits, and - within.</param>
    public static ActorSystem Create(string name) => Create(name, Config.Empty);

    /// <summary>Makes an actor system.</summary>
    /// <param name="name">Letters, digits, and - within.</param>
    /// <param name="config">What is not as by default.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    /// <exception cref="ConfigurationException">The configuration is wrong.</exception>
    public static ActorSystem Create(string name, Config config)
    {
        if (string.IsNullOrEmpty(name) || !NamePattern().IsMatch(name))
        {
            throw new ArgumentException(
                $"invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')", nameof(name));
        }

        var system = new ActorSystemImpl(name, config ?? Config.Empty);
        system.Start();
        return system;
    }

    /// <inheritdoc/>
    public abstract IActorRef ActorOf(Props props, string? name = null);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Stops an actor, after the message that it is handling.</summary>
    /// <param name="actor">The actor.</param>
    public abstract void Stop(IActorRef actor);

    /// <summary>Runs the coordinated shutdown, at whose end all actors are stopped.</summary>
    /// <returns>Is complete when it is done.</returns>
    public abstract Task Terminate();

    /// <summary>Has code run when all actors are gone, before <see cref="WhenTerminated"/> is complete. Last registered, first run.</summary>
    /// <param name="code">The code.</param>
    /// <exception cref="InvalidOperationException">The system is terminated.</exception>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>The system's extension; makes it if need be.</summary>
    /// <param name="extension">Makes it.</param>
    public abstract object RegisterExtension(IExtensionId extension);

    /// <summary>An extension that the system has, or null.</summary>
    /// <param name="extensionId">Names it.</param>
    public abstract object? GetExtension(IExtensionId extensionId);

    /// <summary>An extension that the system has, or null.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    public abstract T? GetExtension<T>()
        where T : class, IExtension;

    /// <summary>Whether the system has an extension.</summary>
    /// <param name="type">Its class.</param>
    public abstract bool HasExtension(Type type);

    /// <summary>Whether the system has an extension.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    /// <summary>An extension that the system has.</summary>
    /// <param name="extensionType">Its class.</param>
    /// <param name="extension">The extension, or null.</param>
    /// <returns>Whether it has it.</returns>
    public abstract bool TryGetExtension(Type extensionType, out object? extension);

    /// <summary>An extension that the system has.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="extension">The extension, or null.</param>
    /// <returns>Whether it has it.</returns>
    public abstract bool TryGetExtension<T>(out T? extension)
        where T : class, IExtension;

    /// <summary>Begins to terminate, and does not wait.</summary>
    public void Dispose()
    {
        Terminate();
        GC.SuppressFinalize(this);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex NamePattern();
}

/// <summary>What extensions may do with an actor system.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    private protected ExtendedActorSystem()
    {
    }

    /// <summary>Makes an actor below <c>/system</c>: it outlives all actors of users.</summary>
    /// <param name="props">How.</param>
    /// <param name="name">Its name, or null to have one made up.</param>
    public abstract IActorRef SystemActorOf(Props props, string? name = null);

    /// <summary>Makes an actor below <c>/system</c>: it outlives all actors of users.</summary>
    /// <typeparam name="TActor">The actor's class.</typeparam>
    /// <param name="name">Its name, or null to have one made up.</param>
    public abstract IActorRef SystemActorOf<TActor>(string? name = null)
        where TActor : ActorBase, new();

    /// <summary>Stops all actors at once, without the coordinated shutdown.</summary>
    public abstract void Abort();
}
