using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Answers messages to a test actor by itself; the test still gets them.</summary>
public abstract class AutoPilot
{
    /// <summary>Handles a message.</summary>
    /// <param name="sender">Who sent it.</param>
    /// <param name="message">The message.</param>
    /// <returns>Who handles the next one: itself, another, <see cref="KeepRunning"/> or <see cref="NoAutoPilot"/>.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);

    /// <summary>Goes on with the present one.</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <summary>Handles nothing.</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;
}

/// <summary>Goes on with the present auto-pilot.</summary>
public sealed class KeepRunning : AutoPilot
{
    private KeepRunning()
    {
    }

    /// <summary>The only instance.</summary>
    public static KeepRunning Instance { get; } = new();

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => throw new InvalidOperationException("Must not call");
}

/// <summary>Handles nothing.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    private NoAutoPilot()
    {
    }

    /// <summary>The only instance.</summary>
    public static NoAutoPilot Instance { get; } = new();

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>Handles a message to a test actor.</summary>
/// <param name="sender">Who sent it.</param>
/// <param name="message">The message.</param>
/// <returns>Who handles the next one.</returns>
public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

/// <summary>An auto-pilot that is a function.</summary>
/// <param name="autoPilotDelegate">Handles a message and says who handles the next.</param>
public sealed class DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate) : AutoPilot
{
    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => autoPilotDelegate(sender, message);
}
