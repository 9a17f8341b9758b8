namespace Netpoll.Soak.Serving;

/// <summary>What a request asks its handler to do: its first byte.</summary>
internal enum Ask : byte
{
    /// <summary>Answer with the request's own memory.</summary>
    Echo,

    /// <summary>Answer with a copy.</summary>
    Copy,

    /// <summary>Keep the request and answer on another thread.</summary>
    Later,

    /// <summary>Answer with so many bytes as the next four say.</summary>
    Big,

    /// <summary>Answer, then close.</summary>
    Close,

    /// <summary>Answer, then send nothing more.</summary>
    CloseOutput,

    /// <summary>Reset.</summary>
    Abort,

    /// <summary>Fail.</summary>
    Throw,
}
