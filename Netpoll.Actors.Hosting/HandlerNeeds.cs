using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Akka.Configuration;
using Akka.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Netpoll.Actors.Handlers;

namespace Netpoll.Actors.Hosting;

/// <summary>Finds a handler that could not be made, when the host starts: without it the first connection would.</summary>
internal static class HandlerNeeds
{
    /// <exception cref="ConfigurationException">No constructor has only parameters that are services.</exception>
    public static void Check<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(IDependencyResolver resolver, string path)
        where THandler : RequestHandler
    {
        if (typeof(THandler).IsAbstract)
        {
            throw new ConfigurationException($"{path} has no handler: {typeof(THandler).Name} is abstract; it must be a class derived from it.");
        }

        // Not every container can be asked; then the first connection tells.
        if (resolver.GetService<IServiceProviderIsService>() is { } services && !typeof(THandler).GetConstructors().Any(HasAll))
        {
            throw new ConfigurationException(
                $"{path} has no handler: no public constructor of {typeof(THandler).Name} has only parameters that are registered services.");
        }

        bool HasAll(ConstructorInfo constructor) =>
            constructor.GetParameters().All(parameter => parameter.HasDefaultValue || services.IsService(parameter.ParameterType));
    }
}
