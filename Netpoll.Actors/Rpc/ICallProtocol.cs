using System.Buffers;

namespace Netpoll.Actors.Rpc;

/// <summary>
/// How calls and answers find each other: what a client writes in front of a call's payload inside its frame, and what it reads in front of
/// an answer's. Not a framing: where a frame begins and ends is the codec's. One object serves every connection, on every thread.
/// </summary>
/// <remarks>
/// A protocol either numbers its calls (<see cref="IdBytes"/> above 0), and answers may come in any order, or it does not, and they come in
/// the order of the calls. The ones that are ready to use are in <see cref="CallProtocols"/>.
/// </remarks>
public interface ICallProtocol
{
    /// <summary>Bytes of an id on the wire, 1 to 8; 0 if calls have no id. A connection counts its ids up from 1, and round when they run out of bits.</summary>
    int IdBytes { get; }

    /// <summary>How many bytes <see cref="WriteHead"/> will write for a call, 0 or more.</summary>
    int HeadBytes(in CallHead call);

    /// <summary>Writes what stands in front of a call's payload: exactly <see cref="HeadBytes"/> bytes. Loop thread; must not throw.</summary>
    void WriteHead(in CallHead call, IBufferWriter<byte> output);

    /// <summary>
    /// Whether the server answers a call. One that it does not ends, with an answer of no bytes, when it is handed to the connection; its id is 0.
    /// Loop thread; must not throw. True by default.
    /// </summary>
    /// <param name="tag">What the caller gave for the protocol.</param>
    bool IsAnswered(object? tag) => true;

    /// <summary>
    /// Whether a call's head can say how much of a stream may come (<see cref="CallHead.StreamWindow"/>) and <see cref="WriteCredit"/> can say how
    /// much more. False by default: a stream that is not read then ends, unless it has its connection to itself.
    /// </summary>
    bool HasStreamWindows => false;

    /// <summary>Looks at the front of a frame that the server sent. Loop thread; must not throw.</summary>
    /// <param name="frame">The frame's payload, which may be empty; valid during the call only.</param>
    /// <param name="answer">Whose answer it is.</param>
    ReplyStatus ReadHead(in ReadOnlySequence<byte> frame, out ReplyHead answer);

    /// <summary>
    /// Writes what tells the server that nobody waits for a call any more, as one frame's payload. Loop thread; must not throw.
    /// Does nothing by default: the server answers, and the answer is dropped.
    /// </summary>
    /// <param name="id">The call's.</param>
    /// <param name="output">Where to.</param>
    /// <returns>Whether anything was written, and is to be sent.</returns>
    bool TryWriteCancel(ulong id, IBufferWriter<byte> output) => false;

    /// <summary>Writes how much of a stream may come by now, as one frame's payload. Loop thread; must not throw. Called only with <see cref="HasStreamWindows"/>.</summary>
    /// <param name="id">The call's.</param>
    /// <param name="total">Bytes of the payloads of the frames that bring its items, counted from the stream's begin.</param>
    /// <param name="output">Where to.</param>
    void WriteCredit(ulong id, long total, IBufferWriter<byte> output)
    {
    }
}

/// <summary>A call that is about to be sent.</summary>
/// <param name="Id">Its number on this connection; 0 if the protocol has none, or the call is not answered.</param>
/// <param name="PayloadBytes">Bytes of its payload, 0 or more.</param>
/// <param name="TimeLeft">How long the caller still waits; null for no limit.</param>
/// <param name="Tag">What the caller gave for the protocol (<see cref="CallOptions.Tag"/>): a method, for example.</param>
/// <param name="StreamWindow">
/// How many bytes of a stream may come before more are granted, a power of 2 from 2 bytes to 1 GiB; 0 for no limit. The item that reaches it may go
/// beyond. Always 0 unless the protocol has <see cref="ICallProtocol.HasStreamWindows"/>.
/// </param>
public readonly record struct CallHead(ulong Id, long PayloadBytes, TimeSpan? TimeLeft, object? Tag, int StreamWindow = 0);

/// <summary>What stands in front of an answer.</summary>
/// <param name="Id">Which call's it is; of no meaning in a protocol without ids.</param>
/// <param name="HeadBytes">How many bytes of the frame come before the answer's payload.</param>
/// <param name="Failure">What the caller's task throws, if the server says that the call failed; else null.</param>
/// <param name="IsNotStarted">With a failure: whether the server says that it has not begun, so that the call may safely be made again.</param>
/// <param name="IsTransient">With a failure: whether another try may go better, so that a call that is idempotent may be made again.</param>
public readonly record struct ReplyHead(
    ulong Id, int HeadBytes, Exception? Failure = null, bool IsNotStarted = false, bool IsTransient = false);

/// <summary>What <see cref="ICallProtocol.ReadHead"/> found.</summary>
public enum ReplyStatus
{
    /// <summary>The answer to a call.</summary>
    Answer,

    /// <summary>One of several answers to a call. Others follow, and then an <see cref="End"/>, or an <see cref="Answer"/> that is a failure.</summary>
    Item,

    /// <summary>The end of several answers, with nothing in it.</summary>
    End,

    /// <summary>Something that answers no call: it is dropped.</summary>
    Ignored,

    /// <summary>No frame begins like this: the server breaks the protocol, and the connection is closed.</summary>
    Invalid,
}
