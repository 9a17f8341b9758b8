using System.Buffers;

namespace Netpoll.Actors.Framing;

/// <summary>What a frame is to the requests of its connection.</summary>
internal enum FrameRole
{
    /// <summary>A request, or anything that may wait like one.</summary>
    Request,

    /// <summary>The answer to a request that was sent before is no longer wanted. Must not wait behind requests.</summary>
    Cancel,

    /// <summary>Something else for a request that was sent before, and is open. Must not wait behind requests; its handler may get it twice.</summary>
    Control,
}

/// <summary>Why a request reaches no handler.</summary>
internal enum Refusal
{
    /// <summary>It was cancelled before its turn came.</summary>
    Cancelled,

    /// <summary>It is one too many.</summary>
    Overloaded,

    /// <summary>Its connection is about to close.</summary>
    Draining,
}

/// <summary>
/// What a codec knows of its frames' meaning, for a server's connections that are at their limits, or drain. Without it every frame is a request
/// like the others. Pure; any thread.
/// </summary>
internal interface IProtocolFrames
{
    /// <summary>Looks at a frame.</summary>
    /// <param name="payload">The frame's.</param>
    /// <param name="id">Of the request that it is or means; 0 for one without.</param>
    FrameRole GetRole(in ReadOnlySequence<byte> payload, out ulong id);

    /// <summary>Writes the answer to a request that no handler will see.</summary>
    /// <param name="request">The request's payload.</param>
    /// <param name="why">Why.</param>
    /// <param name="output">Where to.</param>
    /// <returns>False if nothing is to be answered to it.</returns>
    bool TryWriteRefusal(in ReadOnlySequence<byte> request, Refusal why, IBufferWriter<byte> output);
}
