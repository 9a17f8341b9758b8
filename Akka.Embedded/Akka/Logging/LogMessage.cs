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

/// <summary>
/// Holes have numbers, as in <see cref="string.Format(string, object[])"/>. What cannot be formatted is shown as it is: who logs must not fail.
/// </summary>
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
        try
        {
            return string.Format(CultureInfo.CurrentCulture, format, args);
        }
        catch (FormatException)
        {
            // IGNORED: the line says what is wrong with itself.
            return $"[INVALID LOG FORMAT] str=[{format}], args=[{string.Join(", ", args)}]. Please fix the format string in the logging call site.";
        }
    }
}

/// <summary>
/// The formatter that is used unless another is named. Holes have names, as in <c>{User}</c>, and are filled in their order; if the first
/// has a number, all are as in <see cref="DefaultLogMessageFormatter"/>.
/// </summary>
public sealed class SemanticLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The only instance.</summary>
    public static readonly SemanticLogMessageFormatter Instance = new();

    private SemanticLogMessageFormatter()
    {
    }

    /// <inheritdoc/>
    public string Format(string format, params object?[] args)
    {
        if (string.IsNullOrEmpty(format))
            return string.Empty;
        var names = LogTemplate.Names(format);
        if (names.Count == 0 || args is null or [])
            return LogTemplate.Unescape(format);
        return int.TryParse(names[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            ? DefaultLogMessageFormatter.Instance.Format(format, args)
            : LogTemplate.Fill(format, args);
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

    /// <summary>The arguments by the names of their holes. Of holes with the same name it has the last.</summary>
    public IReadOnlyDictionary<string, object?> GetProperties()
    {
        var properties = new Dictionary<string, object?>();
        foreach (var (name, value) in LogTemplate.Names(Format ?? string.Empty).Zip(Parameters()))
            properties[name] = value;
        return properties;
    }

    /// <summary>The arguments, not put into the template.</summary>
    public abstract string Unformatted();
}

/// <summary>A template with any number of arguments.</summary>
internal sealed class DefaultLogMessage(ILogMessageFormatter formatter, string format, object?[] args) : LogMessage(formatter, format)
{
    public override IEnumerable<object?> Parameters() => args;

    public override string Unformatted() => string.Join(",", args);

    public override string ToString() => Formatter.Format(Format, args);
}
