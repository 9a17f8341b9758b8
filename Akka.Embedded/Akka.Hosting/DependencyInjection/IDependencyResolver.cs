using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Akka.DependencyInjection;

/// <summary>What an actor system's actors may take from the application's services.</summary>
public interface IDependencyResolver
{
    /// <summary>A service, or null.</summary>
    /// <typeparam name="T">Which.</typeparam>
    T GetService<T>();

    /// <summary>A service, or null.</summary>
    /// <param name="type">Which.</param>
    object GetService(Type type);

    /// <summary>Describes an actor whose constructor's parameters are services, but for those given here.</summary>
    /// <typeparam name="T">The actor's class.</typeparam>
    /// <param name="args">What is not a service.</param>
    Props Props<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(params object[] args)
        where T : ActorBase;
}
