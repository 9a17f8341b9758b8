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
/// <param name="args">The arguments.</param>
public class LogMessage(ILogMessageFormatter formatter, string format, params object?[] args)
{
    /// <summary>The template.</summary>
    public string Format { get; } = format;

    /// <summary>The arguments.</summary>
    public IEnumerable<object?> Parameters() => args;

    /// <inheritdoc/>
    public override string ToString() => formatter.Format(Format, args);
}
