using Netpoll.Actors.Messages;
using Netpoll.Poller.Buffers;

namespace Netpoll.Actors.Handlers;

/// <summary>
/// The actor to derive from for a stream of bytes: netpoll's reader and writer. Reads from one buffer what has come, writes into another what is
/// to be sent, and keeps what it does not consume for the next time. For a listener with <see cref="Framing.Codecs.Raw"/>, as a handler of its
/// own for each connection (<see cref="HandlerSource.PerConnection"/>).
/// </summary>
/// <remarks>
/// What was received counts as a request in flight until <see cref="OnReceived"/> has returned, so a slow handler holds its peer back, and
/// so does output that the peer does not take. An exception is supervision's business, as for any <see cref="RequestHandler"/>; what the failed
/// call has written is not sent. A handler that takes a failed one's place begins with the bytes that come after: the unread ones are lost.
/// </remarks>
public abstract class StreamHandler : RequestHandler
{
    private readonly LinkBuffer _input = new();
    private readonly LinkBuffer _output = new();
    private ConnectionRef? _connection;
    private bool _isFull;

    /// <summary>
    /// From so many unread bytes on the connection is not read until there are fewer: no single thing may be longer that
    /// <see cref="OnReceived"/> waits for. One read may go beyond. Defaults to 1 MiB (arbitrary).
    /// </summary>
    protected virtual long MaxUnreadBytes => 1024 * 1024;

    /// <summary>What has come and was not consumed: in <see cref="RequestHandler.OnDisconnected"/> what the peer broke off with. The handler's own thread.</summary>
    protected LinkBuffer Unread => _input;

    /// <summary>
    /// Bytes have come. Called again while it consumes some and some are left; then not before more have come, or
    /// <see cref="ConsumeUnread"/> is called.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="input">Everything unread, with at least a byte. What is read is released when this returns, unless it was sliced.</param>
    /// <param name="output">Takes what is to be sent, which is when this has returned; flushing is done for it. Append slices to send without a copy.</param>
    protected abstract void OnReceived(ConnectionRef connection, LinkBuffer input, LinkBuffer output);

    /// <summary>Has <see cref="OnReceived"/> look again at what it left unread, after a message that it waited for. Nothing happens when nothing is unread.</summary>
    protected void ConsumeUnread()
    {
        if (_connection is not { } connection || _input.IsEmpty)
        {
            return;
        }

        Consume(connection);
        if (!_output.IsEmpty)
        {
            connection.Send(TakeOutput());
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It serves another connection already.</exception>
    protected sealed override void OnRequest(Request request)
    {
        ConnectionRef connection = _connection ??= request.Connection;
        if (connection != request.Connection)
        {
            throw new InvalidOperationException("A stream handler serves one connection: make it one for each.");
        }

        using (BufferSlice received = request.TakePayload())
        {
            _input.Append(received);
        }

        _input.Flush();
        Consume(connection);
        if (_output.IsEmpty)
        {
            request.Complete();
        }
        else
        {
            request.Reply(TakeOutput());
        }
    }

    /// <summary>Has the connection read again if this handler held it back: the one that takes its place has nothing unread.</summary>
    protected override void PreRestart(Exception reason, object? message)
    {
        if (_isFull)
        {
            _connection!.ResumeReading();
        }

        base.PreRestart(reason, message);
    }

    /// <summary>Gives the buffers back, after the end was told.</summary>
    protected override void PostStop()
    {
        base.PostStop();
        _input.Dispose();
        _output.Dispose();
    }

    private void Consume(ConnectionRef connection)
    {
        long before;
        do
        {
            before = _input.Length;
            OnReceived(connection, _input, _output);
            _input.Release();
        }
        while (!_input.IsEmpty && _input.Length < before);

        _output.Flush();
        HoldBack(connection);
    }

    private void HoldBack(ConnectionRef connection)
    {
        bool isFull = _input.Length >= MaxUnreadBytes;
        if (isFull == _isFull)
        {
            return;
        }

        _isFull = isFull;
        if (isFull)
        {
            connection.PauseReading();
        }
        else
        {
            connection.ResumeReading();
        }
    }

    private BufferSlice TakeOutput()
    {
        BufferSlice all = _output.Slice(checked((int)_output.Length));
        _output.Release();
        return all;
    }
}
