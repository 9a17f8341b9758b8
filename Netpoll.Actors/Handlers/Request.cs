using System.Buffers;
using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// One request, for a <see cref="RequestHandler"/>. Answer it exactly once, with <see cref="Reply(ReadOnlySpan{byte})"/>,
/// <see cref="Fail"/> or <see cref="Complete"/>: at once or later, from any thread. Replies leave in the order of the requests,
/// whatever the order in which they are given.
/// </summary>
/// <remarks>A small value; copies are the same request. Answering after the connection has ended does nothing.</remarks>
public readonly struct Request
{
    private readonly RequestCell _cell;
    private readonly long _version;

    internal Request(RequestCell cell)
    {
        _cell = cell;
        _version = cell.Version;
        Connection = cell.Connection;
    }

    /// <summary>The connection that it came on.</summary>
    public ConnectionRef Connection { get; }

    /// <summary>The request's bytes, without a copy: valid until <c>OnRequest</c> returns. <see cref="TakePayload"/> keeps them longer.</summary>
    /// <exception cref="InvalidOperationException"><c>OnRequest</c> has returned.</exception>
    public ReadOnlySequence<byte> Payload => _cell.ReadPayload(_version);

    /// <summary>Takes the request's bytes out of the request: the caller owns them and disposes of them. <see cref="Payload"/> is then empty.</summary>
    /// <exception cref="InvalidOperationException"><c>OnRequest</c> has returned.</exception>
    public BufferSlice TakePayload() => _cell.TakePayload(_version);

    /// <summary>Answers with bytes that are copied: the caller may use its memory again at once.</summary>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    public void Reply(ReadOnlySpan<byte> payload)
    {
        if (_cell.BeginAnswer(_version))
        {
            _cell.WrittenAnswer.WriteBinary(payload);
            _cell.WrittenAnswer.Flush();
            _cell.SendAnswer();
        }
    }

    /// <summary>Answers with bytes that are copied, or, when they are the whole of <see cref="Payload"/>, shared.</summary>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    public void Reply(in ReadOnlySequence<byte> payload)
    {
        if (!_cell.BeginAnswer(_version))
        {
            return;
        }

        if (!_cell.TryAnswerWithPayload(payload))
        {
            foreach (ReadOnlyMemory<byte> segment in payload)
            {
                _cell.WrittenAnswer.WriteBinary(segment.Span);
            }

            _cell.WrittenAnswer.Flush();
        }

        _cell.SendAnswer();
    }

    /// <summary>Answers with a slice, whose contents it takes over: the slice is empty afterwards.</summary>
    /// <exception cref="InvalidOperationException">It was answered already; the slice is still the caller's.</exception>
    public void Reply(BufferSlice payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (_cell.BeginAnswer(_version))
        {
            payload.MoveTo(_cell.SlicedAnswer);
            _cell.SendAnswer();
        }
        else
        {
            payload.Dispose();
        }
    }

    /// <summary>
    /// Says that the request cannot be answered. A protocol without a form for that closes the connection once the answers to older
    /// requests have left: a peer that counts answers must not take a later one for this one's.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    public void Fail(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (_cell.BeginAnswer(_version))
        {
            _cell.SendNothing(error);
        }
    }

    /// <summary>Says that the request is done and that its protocol expects no answer to it.</summary>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    public void Complete()
    {
        if (_cell.BeginAnswer(_version))
        {
            _cell.SendNothing(failure: null);
        }
    }

    /// <summary>When its last byte had come and it was cut off the input, by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>. Until it is answered.</summary>
    internal long ArrivedAt => _cell.ArrivedAt;

    /// <summary>Claims the answer, to be written straight into what is returned, flushed, and sent by <see cref="SendReply"/>; null when nobody waits for it.</summary>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    internal LinkBuffer? BeginReply() => _cell.BeginAnswer(_version) ? _cell.WrittenAnswer : null;

    /// <summary>Sends what was written since <see cref="BeginReply"/>.</summary>
    internal void SendReply() => _cell.SendAnswer();
}
