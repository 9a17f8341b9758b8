using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Rpc.Serving;

/// <summary>
/// A client of the RPC protocol on a plain .NET socket, to show how little one needs: many calls at once on one connection, each with its id.
/// </summary>
internal sealed class PlainRpcConnection : IAsyncDisposable
{
    private const int LengthBytes = 4;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<ulong, Channel<PlainAnswer>> _calls = new();
    private readonly Task _reading;
    private ulong _lastId;
    private volatile bool _isEnded;

    private PlainRpcConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reading = ReadAsync();
    }

    /// <summary>How many calls have no final answer yet.</summary>
    public int OpenCalls => _calls.Count;

    public static async Task<PlainRpcConnection> ConnectAsync(NetAddress address)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address.Host!), address.Port));
        return new PlainRpcConnection(socket);
    }

    /// <summary>Calls a method that answers with a value.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        string method,
        TRequest request,
        IRpcSerializer serializer,
        TimeSpan? timeout = null,
        RpcMetadata? metadata = null,
        CancellationToken cancellationToken = default)
    {
        await using Call call = await BeginAsync(method, request, serializer, timeout, metadata, cancellationToken);
        PlainAnswer answer = await call.NextAsync();
        return serializer.For<TResponse>().Read(new ReadOnlySequence<byte>(answer.Payload));
    }

    /// <summary>Calls a method that answers with a stream. Leaving the loop early cancels the call.</summary>
    public async IAsyncEnumerable<TItem> StreamAsync<TRequest, TItem>(
        string method,
        TRequest request,
        IRpcSerializer serializer,
        TimeSpan? timeout = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IRpcFormatter<TItem> formatter = serializer.For<TItem>();
        await using Call call = await BeginAsync(method, request, serializer, timeout, metadata: null, cancellationToken);
        while (await call.NextAsync() is { Kind: RpcKind.StreamItem } item)
        {
            yield return formatter.Read(new ReadOnlySequence<byte>(item.Payload));
        }
    }

    /// <summary>Calls a method and expects nothing.</summary>
    public Task TellAsync<TRequest>(string method, TRequest request, IRpcSerializer serializer)
    {
        ArrayBufferWriter<byte> message = new();
        RpcWriter.WriteOneWay(message, Encoding.UTF8.GetBytes(method));
        serializer.For<TRequest>().Write(request, message);
        return SendAsync(message);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
        await _stream.DisposeAsync();
    }

    private async Task<Call> BeginAsync<TRequest>(
        string method, TRequest request, IRpcSerializer serializer, TimeSpan? timeout, RpcMetadata? metadata, CancellationToken cancellationToken)
    {
        if (Activity.Current is { } activity)
        {
            metadata ??= [];
            RpcTracing.Inject(activity, metadata);
        }

        ulong id = Interlocked.Increment(ref _lastId);
        Channel<PlainAnswer> answers = Channel.CreateUnbounded<PlainAnswer>();
        _calls[id] = answers;
        if (_isEnded)
        {
            answers.Writer.TryComplete(new IOException("The connection has ended."));
        }

        ArrayBufferWriter<byte> message = new();
        RpcWriter.WriteRequest(message, id, Encoding.UTF8.GetBytes(method), timeout, metadata);
        serializer.For<TRequest>().Write(request, message);
        await SendAsync(message);
        return new Call(this, id, answers.Reader, cancellationToken);
    }

    private async Task SendCancelAsync(ulong id)
    {
        ArrayBufferWriter<byte> message = new();
        RpcWriter.WriteCancel(message, id);
        await SendAsync(message);
    }

    private async Task SendAsync(ArrayBufferWriter<byte> message)
    {
        ArrayBufferWriter<byte> frame = new();
        RpcCodec.Client.EncodePrefix(frame, message.WrittenCount);
        frame.Write(message.WrittenSpan);
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(frame.WrittenMemory);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        Exception ended = new IOException("The connection has ended.");
        try
        {
            byte[] length = new byte[LengthBytes];
            while (true)
            {
                await _stream.ReadExactlyAsync(length);
                byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
                await _stream.ReadExactlyAsync(frame);
                Deliver(frame);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            ended = new IOException(ended.Message, failure);
        }

        _isEnded = true;
        foreach (Channel<PlainAnswer> call in _calls.Values)
        {
            call.Writer.TryComplete(ended);
        }
    }

    private void Deliver(byte[] frame)
    {
        RpcDefect defect = RpcCodec.Client.TryRead(new ReadOnlySequence<byte>(frame), out RpcMessage message);
        if (defect != RpcDefect.None)
        {
            throw new IOException($"The server sent what is no message ({defect}).");
        }

        // An answer to a call that nobody waits for any more is dropped.
        if (_calls.TryGetValue(message.Id, out Channel<PlainAnswer>? call))
        {
            string? error = message.Kind == RpcKind.Error ? message.ReadText() : null;
            call.Writer.TryWrite(new PlainAnswer(message.Kind, message.Status, message.Payload.ToArray(), error));
        }
    }

    /// <summary>An open call.</summary>
    private sealed class Call : IAsyncDisposable
    {
        private readonly PlainRpcConnection _connection;
        private readonly ulong _id;
        private readonly ChannelReader<PlainAnswer> _answers;
        private readonly CancellationToken _cancellationToken;
        private readonly CancellationTokenRegistration _cancelling;
        private bool _isEnded;

        public Call(PlainRpcConnection connection, ulong id, ChannelReader<PlainAnswer> answers, CancellationToken cancellationToken)
        {
            (_connection, _id, _answers, _cancellationToken) = (connection, id, answers, cancellationToken);
            _cancelling = cancellationToken.Register(() => _ = connection.SendCancelAsync(id));
        }

        /// <summary>The next answer, which is the last unless it is an item of a stream.</summary>
        /// <exception cref="RpcStatusException">The call failed.</exception>
        /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
        public async Task<PlainAnswer> NextAsync()
        {
            PlainAnswer answer = await ReceiveAsync();
            _isEnded = answer.Kind != RpcKind.StreamItem;
            if (answer.Kind != RpcKind.Error)
            {
                return answer;
            }

            throw answer.Status == RpcStatus.Cancelled && _cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(answer.ErrorText, _cancellationToken)
                : new RpcStatusException(answer.Status, answer.ErrorText!);
        }

        private async Task<PlainAnswer> ReceiveAsync()
        {
            try
            {
                return await _answers.ReadAsync(CancellationToken.None);
            }
            catch (ChannelClosedException closed)
            {
                throw new IOException("The connection has ended before the answer came.", closed.InnerException);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _cancelling.DisposeAsync();
            _connection._calls.TryRemove(_id, out _);
            if (!_isEnded && !_connection._isEnded)
            {
                await _connection.SendCancelAsync(_id);
            }
        }
    }
}
