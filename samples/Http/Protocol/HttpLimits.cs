namespace HttpSample.Protocol;

/// <summary>What a request may ask of the server at most. All arbitrary.</summary>
internal static class HttpLimits
{
    /// <summary>The request line and the header fields together, and the same for the trailer fields of a chunked body.</summary>
    public const int MaxHeadBytes = 16 * 1024;

    /// <summary>The content of a request.</summary>
    public const long MaxBodyBytes = 1024 * 1024;

    /// <summary>The line that begins a chunk, with its extensions.</summary>
    public const int MaxChunkLineBytes = 256;

    /// <summary>How long a request may take to come, content included, from its first byte on: who sends a byte now and then would keep its connection for ever.</summary>
    public static readonly TimeSpan MaxRequestTime = TimeSpan.FromSeconds(5);

    /// <summary>What <c>/bytes</c> gives.</summary>
    public const long MaxBytes = 1024L * 1024 * 1024;
}
