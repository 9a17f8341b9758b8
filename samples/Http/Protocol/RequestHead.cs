namespace HttpSample.Protocol;

internal enum RequestMethod
{
    None,
    Get,
    Head,
    Post,
}

/// <summary>The request line and what the header fields say about framing. One object serves all requests of a connection.</summary>
internal sealed class RequestHead
{
    private readonly byte[] _target = new byte[HttpLimits.MaxHeadBytes];
    private int _targetBytes;
    private int _pathBytes;

    public RequestMethod Method { get; set; }

    /// <summary>The 0 of HTTP/1.0, and the 1 of HTTP/1.1.</summary>
    public int MinorVersion { get; set; }

    /// <summary>Null when there is no such field.</summary>
    public long? ContentLength { get; set; }

    public bool IsChunked { get; set; }

    /// <summary>There is a coding of the message besides chunked.</summary>
    public bool HasUnknownCoding { get; set; }

    public bool HasHost { get; set; }

    public bool ExpectsContinue { get; set; }

    public bool HasUnknownExpectation { get; set; }

    public bool SaysClose { get; set; }

    public bool SaysKeepAlive { get; set; }

    /// <summary>Whether the connection stays for another request (RFC 9112, section 9.3).</summary>
    public bool IsPersistent => !SaysClose && (MinorVersion > 0 || SaysKeepAlive);

    public ReadOnlySpan<byte> Path => _target.AsSpan(0, _pathBytes);

    /// <summary>What follows the question mark; empty if there is none.</summary>
    public ReadOnlySpan<byte> Query => _pathBytes == _targetBytes ? default : _target.AsSpan((_pathBytes + 1).._targetBytes);

    public void SetTarget(ReadOnlySpan<byte> target)
    {
        target.CopyTo(_target);
        _targetBytes = target.Length;
        int question = target.IndexOf((byte)'?');
        _pathBytes = question < 0 ? target.Length : question;
    }

    public void Reset()
    {
        Method = RequestMethod.None;
        (MinorVersion, ContentLength, IsChunked, HasUnknownCoding, HasHost) = (1, null, false, false, false);
        (ExpectsContinue, HasUnknownExpectation, SaysClose, SaysKeepAlive) = (false, false, false, false);
        SetTarget(default);
    }
}
