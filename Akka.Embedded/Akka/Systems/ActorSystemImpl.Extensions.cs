using System.Collections.Concurrent;

namespace Akka.Actor;

/// <content>Extensions.</content>
internal sealed partial class ActorSystemImpl
{
    // Lazy, so that of two threads that ask at once, one makes it and the other waits.
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();

    public override object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        return _extensions.GetOrAdd(
            extension.ExtensionType,
            static (_, made) => new Lazy<object>(() => made.extension.CreateExtension(made.system)),
            (extension, system: this)).Value;
    }

    public override object? GetExtension(IExtensionId extensionId) => Find(extensionId.ExtensionType);

    public override T? GetExtension<T>()
        where T : class => (T?)Find(typeof(T));

    public override bool HasExtension(Type type) => _extensions.ContainsKey(type);

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object? extension)
    {
        extension = Find(extensionType);
        return extension is not null;
    }

    public override bool TryGetExtension<T>(out T? extension)
        where T : class
    {
        extension = GetExtension<T>();
        return extension is not null;
    }

    private object? Find(Type type) => _extensions.TryGetValue(type, out var extension) ? extension.Value : null;
}
