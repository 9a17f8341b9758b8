using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>The resolver over the application's service provider. Any thread.</summary>
/// <param name="serviceProvider">The provider.</param>
public class ServiceProviderDependencyResolver(IServiceProvider serviceProvider) : IDependencyResolver
{
    /// <summary>The provider.</summary>
    public IServiceProvider ServiceProvider { get; } = serviceProvider;

    /// <inheritdoc/>
    public T GetService<T>() => ServiceProvider.GetService<T>()!;

    /// <inheritdoc/>
    public object GetService(Type type) => ServiceProvider.GetService(type)!;

    /// <inheritdoc/>
    public Props Props<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(params object[] args)
        where T : ActorBase => Actor.Props.CreateBy(new Producer<T>(ServiceProvider, args));

    /// <summary>Makes actors in a scope of their own, which ends with them.</summary>
    private sealed class Producer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(IServiceProvider services, object[] args)
        : IIndirectActorProducer
        where T : ActorBase
    {
        private readonly ConditionalWeakTable<ActorBase, IServiceScope> _scopes = [];

        public Type ActorType => typeof(T);

        public ActorBase Produce()
        {
            var scope = services.CreateScope();
            try
            {
                var actor = ActivatorUtilities.CreateInstance<T>(scope.ServiceProvider, args);
                _scopes.Add(actor, scope);
                return actor;
            }
            catch
            {
                scope.Dispose();
                throw;
            }
        }

        public void Release(ActorBase actor)
        {
            if (_scopes.TryGetValue(actor, out var scope))
            {
                _scopes.Remove(actor);
                scope.Dispose();
            }
        }
    }
}
