namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>One thing measured, done by several candidates: an operation is one message (or 32, or one slice) all the way through.</summary>
internal abstract class Scenario(string name)
{
    public string Name { get; } = name;

    /// <summary>Does it once; the result is returned so that the work cannot be left out.</summary>
    public abstract long Once();
}
