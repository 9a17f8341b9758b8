using System.Collections;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>The registry of an actor system.</summary>
public class ActorRegistry : IActorRegistry, IExtension
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Type, IActorRef> _actors = [];

    // Who waits for a key that nobody registered yet.
    private readonly Dictionary<Type, TaskCompletionSource<IActorRef>> _awaited = [];

    /// <summary>The registry of an actor system.</summary>
    /// <param name="actorSystem">The actor system.</param>
    public static ActorRegistry For(ActorSystem actorSystem) => new ActorRegistryExtension().Apply(actorSystem);

    /// <inheritdoc/>
    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"An actor is already registered under [{typeof(TKey)}]; use overwrite to replace it.");
    }

    /// <inheritdoc/>
    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) => TryRegister(typeof(TKey), actor, overwrite);

    /// <inheritdoc/>
    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(actor);
        lock (_lock)
        {
            if (!overwrite && _actors.ContainsKey(key))
                return false;
            _actors[key] = actor;
            if (_awaited.Remove(key, out var awaited))
                awaited.SetResult(actor);
            return true;
        }
    }

    /// <inheritdoc/>
    public IActorRef Get<TKey>() => TryGet<TKey>(out var actor)
        ? actor
        : throw new MissingActorRegistryEntryException($"No actor is registered under [{typeof(TKey)}].");

    /// <inheritdoc/>
    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) => GetAsync(typeof(TKey), ct);

    /// <inheritdoc/>
    public Task<IActorRef> GetAsync(Type key, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            if (_actors.TryGetValue(key, out var actor))
                return Task.FromResult(actor);
            if (!_awaited.TryGetValue(key, out var awaited))
                _awaited.Add(key, awaited = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously));
            return awaited.Task.WaitAsync(ct);
        }
    }

    /// <inheritdoc/>
    public bool TryGet<TKey>(out IActorRef actor) => TryGet(typeof(TKey), out actor);

    /// <inheritdoc/>
    public bool TryGet(Type key, out IActorRef actor)
    {
        lock (_lock)
        {
            var isRegistered = _actors.TryGetValue(key, out var registered);
            actor = registered ?? ActorRefs.Nobody;
            return isRegistered;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Type, IActorRef>> GetEnumerator()
    {
        KeyValuePair<Type, IActorRef>[] all;
        lock (_lock)
            all = [.. _actors];
        return ((IEnumerable<KeyValuePair<Type, IActorRef>>)all).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes the registry of an actor system.</summary>
public sealed class ActorRegistryExtension : ExtensionIdProvider<ActorRegistry>
{
    /// <inheritdoc/>
    public override ActorRegistry CreateExtension(ExtendedActorSystem system) => new();
}

/// <summary>The registry cannot do what was asked of it.</summary>
/// <param name="message">What.</param>
/// <param name="innerException">Why, or null.</param>
public class ActorRegistryException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>There is an actor under the key already.</summary>
/// <param name="message">Which key.</param>
/// <param name="innerException">Why, or null.</param>
public sealed class DuplicateActorRegistryException(string message, Exception? innerException = null) : ActorRegistryException(message, innerException);

/// <summary>There is no actor under the key.</summary>
/// <param name="message">Which key.</param>
/// <param name="innerException">Why, or null.</param>
public sealed class MissingActorRegistryEntryException(string message, Exception? innerException = null) : ActorRegistryException(message, innerException);
