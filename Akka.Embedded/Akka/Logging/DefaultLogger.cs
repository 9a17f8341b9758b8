using Akka.Actor;

namespace Akka.Event;

/// <summary>The logger that prints on the standard output, as an actor: who logs only tells it.</summary>
public class DefaultLogger : ActorBase
{
    /// <summary>Prints a line.</summary>
    /// <param name="logEvent">The line.</param>
    protected virtual void Print(LogEvent logEvent) => StandardOutLogger.Write(logEvent);

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        if (message is not LogEvent logEvent)
            return false;
        Print(logEvent);
        return true;
    }
}

/// <summary>Prints lines of the log on the standard output.</summary>
internal static class StandardOutLogger
{
    public static void Write(LogEvent logEvent)
    {
#pragma warning disable RS0030 // The one place that is meant to write to the terminal.
        Console.Out.WriteLine(logEvent.ToString());
#pragma warning restore RS0030
    }
}
