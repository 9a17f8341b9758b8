namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>What a receiver accepts in a message besides its payload, which the frame limit bounds. Immutable.</summary>
public sealed record RpcLimits
{
    /// <summary>The limits that are used where none are given.</summary>
    public static RpcLimits Default { get; } = new();

    /// <summary>The most entries of metadata, 0 to 255. Defaults to 64 (arbitrary).</summary>
    public int MaxMetadataEntries { get; init; } = 64;

    /// <summary>The most bytes of all metadata together, 0 to 65,535. Defaults to 8 KiB, which is what web servers allow for headers.</summary>
    public int MaxMetadataBytes { get; init; } = 8 * 1024;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxMetadataEntries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMetadataEntries, byte.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxMetadataBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMetadataBytes, ushort.MaxValue);
    }
}
