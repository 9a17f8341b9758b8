namespace HttpSample.Protocol;

/// <summary>The status codes that this server answers with.</summary>
internal enum HttpStatus
{
    Ok = 200,
    BadRequest = 400,
    NotFound = 404,
    MethodNotAllowed = 405,
    RequestTimeout = 408,
    ContentTooLarge = 413,
    UriTooLong = 414,
    ExpectationFailed = 417,
    HeaderFieldsTooLarge = 431,
    NotImplemented = 501,
    VersionNotSupported = 505,
}

internal static class HttpStatusLine
{
    /// <summary>The response's first line, with its end.</summary>
    public static ReadOnlySpan<byte> Of(HttpStatus status) => status switch
    {
        HttpStatus.Ok => "HTTP/1.1 200 OK\r\n"u8,
        HttpStatus.NotFound => "HTTP/1.1 404 Not Found\r\n"u8,
        HttpStatus.MethodNotAllowed => "HTTP/1.1 405 Method Not Allowed\r\n"u8,
        HttpStatus.RequestTimeout => "HTTP/1.1 408 Request Timeout\r\n"u8,
        HttpStatus.ContentTooLarge => "HTTP/1.1 413 Content Too Large\r\n"u8,
        HttpStatus.UriTooLong => "HTTP/1.1 414 URI Too Long\r\n"u8,
        HttpStatus.ExpectationFailed => "HTTP/1.1 417 Expectation Failed\r\n"u8,
        HttpStatus.HeaderFieldsTooLarge => "HTTP/1.1 431 Request Header Fields Too Large\r\n"u8,
        HttpStatus.NotImplemented => "HTTP/1.1 501 Not Implemented\r\n"u8,
        HttpStatus.VersionNotSupported => "HTTP/1.1 505 HTTP Version Not Supported\r\n"u8,
        _ => "HTTP/1.1 400 Bad Request\r\n"u8,
    };
}
