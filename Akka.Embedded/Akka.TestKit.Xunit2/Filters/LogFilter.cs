using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Which lines of the log fit, and how to say so to who reads of a failure.</summary>
internal sealed class LogFilter(string name, Predicate<LogEvent> fits)
{
    public bool Fits(LogEvent line)
    {
        try
        {
            return fits(line);
        }
#pragma warning disable CA1031 // A test's predicate may throw anything, and so may the rendering of a message.
        catch (Exception)
        {
            // IGNORED: the line does not fit; who logs it has nothing to do with the filter.
            return false;
        }
#pragma warning restore CA1031
    }

    public override string ToString() => name;
}
