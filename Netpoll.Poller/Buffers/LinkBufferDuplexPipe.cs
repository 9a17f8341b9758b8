using System.IO.Pipelines;

namespace Netpoll.Poller.Buffers;

/// <summary>One end of a two-way connection made of two <see cref="LinkBufferPipe"/>s.</summary>
/// <remarks>
/// <see cref="CreatePair"/> makes both ends: what the one writes, the other reads. A connection keeps the transport end, to feed and drain on
/// its loop; user code gets the application end.
/// </remarks>
public sealed class LinkBufferDuplexPipe : IDuplexPipe
{
    private LinkBufferDuplexPipe(LinkBufferPipe incoming, LinkBufferPipe outgoing)
    {
        Incoming = incoming;
        Outgoing = outgoing;
    }

    /// <summary>The pipe that this end reads.</summary>
    public LinkBufferPipe Incoming { get; }

    /// <summary>The pipe that this end writes.</summary>
    public LinkBufferPipe Outgoing { get; }

    /// <inheritdoc/>
    public PipeReader Input => Incoming.Reader;

    /// <inheritdoc/>
    public PipeWriter Output => Outgoing.Writer;

    /// <summary>Creates both ends of a connection.</summary>
    /// <param name="pool">Where the blocks come from; <see cref="BlockPool.Shared"/> if null.</param>
    /// <param name="toApplication">Options of the pipe that the application end reads; the default ones if null.</param>
    /// <param name="toTransport">Options of the pipe that the transport end reads; the default ones if null.</param>
    /// <returns>The two ends.</returns>
    public static (LinkBufferDuplexPipe Transport, LinkBufferDuplexPipe Application) CreatePair(
        BlockPool? pool = null, PipeOptions? toApplication = null, PipeOptions? toTransport = null)
    {
        var received = new LinkBufferPipe(pool, toApplication);
        var toSend = new LinkBufferPipe(pool, toTransport);
        return (new LinkBufferDuplexPipe(toSend, received), new LinkBufferDuplexPipe(received, toSend));
    }
}
