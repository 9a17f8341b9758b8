using System.Globalization;

namespace Akka.Event;

/// <summary>Makes text of a template and its arguments.</summary>
public interface ILogMessageFormatter
{
    /// <summary>Makes the text.</summary>
    /// <param name="format">The template.</param>
    /// <param name="args">The arguments.</param>
    string Format(string format, params object?[] args);
}

/// <summary>The formatter that is used unless another is named: <see cref="string.Format(string, object[])"/>.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The only instance.</summary>
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    /// <inheritdoc/>
    public string Format(string format, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);
    }
}

/// <summary>A template and its arguments. The text is made when a logger wants it, off the thread that logged.</summary>
/// <param name="formatter">Makes the text.</param>
/// <param name="format">The template.</param>
public abstract class LogMessage(ILogMessageFormatter formatter, string format)
{
    /// <summary>Makes the text.</summary>
#pragma warning disable CA1051 // Akka has it as a field.
    protected readonly ILogMessageFormatter Formatter = formatter;
#pragma warning restore CA1051

    /// <summary>The template.</summary>
    public string Format { get; } = format;

    /// <summary>The arguments.</summary>
    public abstract IEnumerable<object?> Parameters();

    /// <summary>The template and the arguments, not put together.</summary>
    public abstract string Unformatted();
}

/// <summary>A template with any number of arguments.</summary>
internal sealed class DefaultLogMessage(ILogMessageFormatter formatter, string format, object?[] args) : LogMessage(formatter, format)
{
    public override IEnumerable<object?> Parameters() => args;

    public override string Unformatted() => $"{Format} [{string.Join(", ", args)}]";

    public override string ToString() => Formatter.Format(Format, args);
}
