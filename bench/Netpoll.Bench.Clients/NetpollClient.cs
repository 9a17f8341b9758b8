using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Rpc;
using Netpoll.Poller.Sockets;

namespace Netpoll.Bench.Clients;

/// <summary>Ours.</summary>
internal sealed class NetpollClient : IClient
{
    private readonly ActorSystem _system;
    private readonly RpcChannel _rpc;
    private readonly bool _asks;

    public NetpollClient(NetAddress server, RpcClientOptions options, int pollers, bool asks = false)
    {
        _system = ActorSystem.Create("bench", ConfigurationFactory.ParseString($"netpoll.pollers = {pollers}"));
        _rpc = _system.Netpoll().Rpc(server, Codecs.LengthField(), options);
        _asks = asks;
    }

    public async ValueTask CallAsync(byte[] payload, TimeSpan timeout)
    {
        using Response answer = _asks
            ? await _rpc.Client.Ask<Response>(new Call(payload), timeout).ConfigureAwait(false)
            : await _rpc.CallAsync(payload, timeout).ConfigureAwait(false);
        if (answer.Payload.Length != payload.Length)
        {
            throw new InvalidDataException("The answer is not what was sent.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _rpc.DisposeAsync();
        await _system.Terminate();
        _system.Dispose();
    }
}
