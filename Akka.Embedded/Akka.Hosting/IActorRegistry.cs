using Akka.Actor;

namespace Akka.Hosting;

/// <summary>Actors by a type that stands for them. Any thread.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    /// <summary>The actor under a key.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <exception cref="MissingActorRegistryEntryException">There is none.</exception>
    IActorRef Get<TKey>();

    /// <summary>The actor under a key, when there is one.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="ct">Ends the wait.</param>
    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);

    /// <summary>The actor under a key, when there is one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<IActorRef> GetAsync(Type key, CancellationToken ct = default);

    /// <summary>The actor under a key.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="actor">The actor; <see cref="ActorRefs.Nobody"/> if there is none.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGet<TKey>(out IActorRef actor);

    /// <summary>The actor under a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="actor">The actor; <see cref="ActorRefs.Nobody"/> if there is none.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGet(Type key, out IActorRef actor);
}

/// <summary>Actors by a type that stands for them, to be added to. Any thread.</summary>
public interface IActorRegistry : IReadOnlyActorRegistry
{
    /// <summary>Puts an actor under a key.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="actor">The actor.</param>
    /// <param name="overwrite">Whether it may take the place of another.</param>
    /// <exception cref="DuplicateActorRegistryException">There is one already.</exception>
    void Register<TKey>(IActorRef actor, bool overwrite = false);

    /// <summary>Puts an actor under a key, if that is free.</summary>
    /// <typeparam name="TKey">The key.</typeparam>
    /// <param name="actor">The actor.</param>
    /// <param name="overwrite">Whether it may take the place of another.</param>
    /// <returns>Whether it is there now.</returns>
    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);

    /// <summary>Puts an actor under a key, if that is free.</summary>
    /// <param name="key">The key.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="overwrite">Whether it may take the place of another.</param>
    /// <returns>Whether it is there now.</returns>
    bool TryRegister(Type key, IActorRef actor, bool overwrite = false);
}
