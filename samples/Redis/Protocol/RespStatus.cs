namespace RedisSample.Protocol;

/// <summary>What <see cref="RespCommand.TryRead"/> found.</summary>
internal enum RespStatus
{
    /// <summary>A whole command.</summary>
    Complete,

    /// <summary>The beginning of one.</summary>
    Incomplete,

    /// <summary>What no command begins with, whatever follows.</summary>
    Malformed,
}
