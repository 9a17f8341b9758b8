namespace Akka.Dispatch;

/// <summary>A piece of work for a dispatcher: a mailbox, or something that was scheduled on it.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    /// <summary>Does it, on the dispatcher's thread. Does not throw for what an actor does.</summary>
    void Run();
}

/// <summary>An action as a piece of work.</summary>
/// <param name="action">The action.</param>
public sealed class ActionRunnable(Action action) : IRunnable
{
    /// <inheritdoc/>
    public void Run() => action();

    /// <inheritdoc/>
    public void Execute() => action();
}
