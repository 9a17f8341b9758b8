namespace Akka.Actor;

/// <summary>Marks a message that the engine itself answers before an actor's behaviour would see it.</summary>
public interface IAutoReceivedMessage;

/// <summary>Marks a message that only comes from the engine or from someone who means to harm.</summary>
public interface IPossiblyHarmful;

/// <summary>Marks a message that does not restart the clock of a receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>Marks a message that never leaves the process, so that no check of its serialization is wanted.</summary>
public interface INoSerializationVerificationNeeded;

/// <summary>A message that carries another one.</summary>
public interface IWrappedMessage
{
    /// <summary>The message inside.</summary>
    object Message { get; }
}

/// <summary>Looks inside of wrapped messages.</summary>
public static class WrappedMessage
{
    /// <summary>Takes off every wrapping.</summary>
    /// <param name="message">A message, wrapped or not.</param>
    /// <returns>The innermost message.</returns>
    public static object Unwrap(object message)
    {
        while (message is IWrappedMessage wrapped)
            message = wrapped.Message;
        return message;
    }
}
