namespace Akka;

/// <summary>The value of a task that is done and has nothing more to say.</summary>
public sealed class Done
{
    /// <summary>The only value.</summary>
    public static readonly Done Instance = new();

    private Done()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => "Done";
}

/// <summary>Says that a value is of no use to the receiver.</summary>
public sealed class NotUsed
{
    /// <summary>The only value.</summary>
    public static readonly NotUsed Instance = new();

    private NotUsed()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => "NotUsed";
}
