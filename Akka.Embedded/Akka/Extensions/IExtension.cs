using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>Something of which an actor system has one.</summary>
public interface IExtension;

/// <summary>Makes an extension.</summary>
public interface IExtensionId
{
    /// <summary>The extension's class.</summary>
    Type ExtensionType { get; }

    /// <summary>The system's extension; makes it if need be.</summary>
    /// <param name="system">The actor system.</param>
    object Apply(ActorSystem system);

    /// <summary>The system's extension, or null if it was not made yet.</summary>
    /// <param name="system">The actor system.</param>
    object Get(ActorSystem system);

    /// <summary>Makes it. Called once a system.</summary>
    /// <param name="system">The actor system.</param>
    object CreateExtension(ExtendedActorSystem system);
}

/// <summary>Makes an extension.</summary>
/// <typeparam name="T">The extension's class.</typeparam>
public interface IExtensionId<out T> : IExtensionId
    where T : IExtension
{
    /// <summary>The system's extension; makes it if need be.</summary>
    /// <param name="system">The actor system.</param>
    new T Apply(ActorSystem system);

    /// <summary>The system's extension, or null if it was not made yet.</summary>
    /// <param name="system">The actor system.</param>
    new T Get(ActorSystem system);

    /// <summary>Makes it. Called once a system.</summary>
    /// <param name="system">The actor system.</param>
    new T CreateExtension(ExtendedActorSystem system);
}

/// <summary>The base of extension ids.</summary>
/// <typeparam name="T">The extension's class.</typeparam>
public abstract class ExtensionIdProvider<T> : IExtensionId<T>
    where T : IExtension
{
    /// <inheritdoc/>
    public Type ExtensionType => typeof(T);

    /// <inheritdoc/>
    public T Apply(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return (T)system.RegisterExtension(this);
    }

    /// <inheritdoc/>
    public T Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return (T)system.GetExtension(this)!;
    }

    /// <inheritdoc/>
    public abstract T CreateExtension(ExtendedActorSystem system);

    object IExtensionId.Apply(ActorSystem system) => Apply(system);

    object IExtensionId.Get(ActorSystem system) => Get(system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);
}

/// <summary>Extensions by type argument.</summary>
public static class ActorSystemWithExtensions
{
    /// <summary>An extension that the system has, or null.</summary>
    /// <typeparam name="T">The extension's class.</typeparam>
    /// <param name="system">The actor system.</param>
    public static T WithExtension<T>(this ActorSystem system)
        where T : class, IExtension => system.GetExtension<T>()!;

    /// <summary>The system's extension; makes it if need be.</summary>
    /// <typeparam name="T">The extension's class.</typeparam>
    /// <param name="system">The actor system.</param>
    /// <param name="extensionId">The class of the extension's id, which has a parameterless constructor.</param>
    public static T WithExtension<T>(
        this ActorSystem system, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type extensionId)
        where T : class, IExtension =>
        system.GetExtension<T>() ?? (T)system.RegisterExtension((IExtensionId)Activator.CreateInstance(extensionId)!);

    /// <summary>The system's extension; makes it if need be.</summary>
    /// <typeparam name="T">The extension's class.</typeparam>
    /// <typeparam name="TI">The class of the extension's id, which has a parameterless constructor.</typeparam>
    /// <param name="system">The actor system.</param>
    public static T WithExtension<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TI>(this ActorSystem system)
        where T : class, IExtension
        where TI : IExtensionId => system.WithExtension<T>(typeof(TI));
}
