namespace Akka.Actor;

/// <content>The ways to add a handler.</content>
public abstract partial class ReceiveActor
{
    /// <summary>Handles messages of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="handler">Handles it.</param>
    /// <param name="shouldHandle">Whether to handle a message, or null for all of the type.</param>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Add(new ActionHandler<T>(handler, shouldHandle));

    /// <summary>Handles messages of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="shouldHandle">Whether to handle a message.</param>
    /// <param name="handler">Handles it.</param>
    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <summary>Handles messages of a type, and may decline.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="handler">Handles it and returns true, or returns false to have the next handler tried.</param>
    protected void Receive<T>(Func<T, bool> handler) => Add(new FuncHandler<T>(handler));

    /// <summary>Handles messages of a type.</summary>
    /// <param name="messageType">The type.</param>
    /// <param name="handler">Handles it.</param>
    /// <param name="shouldHandle">Whether to handle a message, or null for all of the type.</param>
    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Add(new ActionHandler<object>(handler, OfType(messageType, shouldHandle)));

    /// <summary>Handles messages of a type, and may decline.</summary>
    /// <param name="messageType">The type.</param>
    /// <param name="handler">Handles it and returns true, or returns false to have the next handler tried.</param>
    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Add(new FuncHandler<object>(message => messageType.IsInstanceOfType(message) && handler(message)));

    /// <summary>Handles all messages that no handler before it took. No handler may follow.</summary>
    /// <param name="handler">Handles it.</param>
    protected void ReceiveAny(Action<object> handler) => Add(new ActionHandler<object>(handler, null));

    /// <summary>Handles messages of a type asynchronously; no other message is handled until the task is complete.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="handler">Handles it.</param>
    /// <param name="shouldHandle">Whether to handle a message, or null for all of the type.</param>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Add(new ActionHandler<T>(message => RunTask(() => handler(message)), shouldHandle));

    /// <summary>Handles messages of a type asynchronously; no other message is handled until the task is complete.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="shouldHandle">Whether to handle a message.</param>
    /// <param name="handler">Handles it.</param>
    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    /// <summary>Handles messages of a type asynchronously; no other message is handled until the task is complete.</summary>
    /// <param name="messageType">The type.</param>
    /// <param name="handler">Handles it.</param>
    /// <param name="shouldHandle">Whether to handle a message, or null for all of the type.</param>
    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        ReceiveAsync(handler, OfType(messageType, shouldHandle));

    /// <summary>Handles all messages that no handler before it took, asynchronously. No handler may follow.</summary>
    /// <param name="handler">Handles it.</param>
    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAsync(handler, null);

    private static Predicate<object> OfType(Type messageType, Predicate<object>? shouldHandle) =>
        message => messageType.IsInstanceOfType(message) && (shouldHandle is null || shouldHandle(message));

    private abstract class MessageHandler
    {
        public virtual bool HandlesEverything => false;

        public abstract bool TryHandle(object message);
    }

    private sealed class ActionHandler<T>(Action<T> handler, Predicate<T>? shouldHandle) : MessageHandler
    {
        public override bool HandlesEverything => shouldHandle is null && typeof(T) == typeof(object);

        public override bool TryHandle(object message)
        {
            if (message is not T typed || (shouldHandle is not null && !shouldHandle(typed)))
                return false;
            handler(typed);
            return true;
        }
    }

    private sealed class FuncHandler<T>(Func<T, bool> handler) : MessageHandler
    {
        public override bool TryHandle(object message) => message is T typed && handler(typed);
    }
}
