using System.Buffers;
using System.Text;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>A server of the RPC protocol on plain sockets, whose every message the test decides. It records what it gets.</summary>
internal sealed class ScriptedRpcServer : IDisposable
{
    private readonly RawFrameServer _server;

    public ScriptedRpcServer(Action<Got>? onMessage = null)
    {
        onMessage ??= Messages.Add;
        _server = new RawFrameServer((connection, frame) =>
        {
            RpcDefect defect = RpcCodec.Server.TryRead(new ReadOnlySequence<byte>(frame), out RpcMessage message);
            if (defect != RpcDefect.None)
            {
                throw new InvalidDataException($"The client sent what is no message ({defect}).");
            }

            onMessage(new Got(
                connection, message.Kind, message.Id, message.TimeoutMillis, Encoding.UTF8.GetString(message.Method), message.ReadMetadata(), message.ReadText())
            {
                Window = message.StreamWindow,
                Credit = message.Kind == RpcKind.Credit ? message.ReadCredit() : 0,
            });
        });
    }

    public NetAddress Address => _server.Address;

    public Recorder<Got> Messages { get; } = new();

    public void Dispose() => _server.Dispose();

    /// <summary>Everything that was recorded before what the client sends now.</summary>
    public async Task<List<Got>> AllSentByAsync(RpcServiceClient client)
    {
        const string Last = "last";
        await client.OneWay<string>(Last).SendAsync("").AsTask().InTime();
        List<Got> all = [];
        for (Got got = await Messages.NextAsync(); got.Method != Last; got = await Messages.NextAsync())
        {
            all.Add(got);
        }

        return all;
    }

    /// <summary>A message, and ways to answer it.</summary>
    internal sealed record Got(
        RawFrameServer.Connection From, RpcKind Kind, ulong Id, uint TimeoutMillis, string Method, RpcMetadata Metadata, string Text)
    {
        public int Window { get; init; }

        public ulong Credit { get; init; }

        public void Answer(string text, RpcMetadata? metadata = null) => Send(output => RpcWriter.WriteResponse(output, Id, metadata), text);

        public void Item(string text) => Send(output => RpcWriter.WriteStreamItem(output, Id), text);

        public void End(RpcMetadata? metadata = null) => Send(output => RpcWriter.WriteStreamEnd(output, Id, metadata), "");

        public void Fail(RpcStatus status, string text, RpcMetadata? metadata = null, bool isNotStarted = false) =>
            Send(output => RpcWriter.WriteError(output, Id, status, text, metadata, isNotStarted), "");

        private void Send(Action<IBufferWriter<byte>> head, string text)
        {
            ArrayBufferWriter<byte> message = new();
            head(message);
            Encoding.UTF8.GetBytes(text, message);
            From.Send(message.WrittenSpan);
        }
    }
}
