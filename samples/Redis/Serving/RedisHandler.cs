using System.Text;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using RedisSample.Protocol;

namespace RedisSample.Serving;

/// <summary>
/// One client. What needs no keys is answered here, the rest by the keyspace; the connection keeps the answers in the order of the commands,
/// whoever is faster.
/// </summary>
internal sealed class RedisHandler(IActorRef keyspace) : RequestHandler
{
    private bool _hasHungUp;

    protected override void OnRequest(Request request)
    {
        List<byte[]> arguments = [];
        RespStatus status = RespCommand.TryRead(request.Payload, arguments, out _, out string? error);
        if (_hasHungUp)
        {
            // It is about to be closed; nobody counts on an answer.
            request.Complete();
        }
        else if (status == RespStatus.Malformed)
        {
            HangUp(request, RespReply.Error($"Protocol error: {error}"));
        }
        else if (arguments.Count == 0)
        {
            // An empty line: Redis says nothing to it either.
            request.Complete();
        }
        else
        {
            Do(request, arguments);
        }
    }

    private void Do(Request request, List<byte[]> arguments)
    {
        switch (Encoding.Latin1.GetString(arguments[0]).ToUpperInvariant(), arguments.Count)
        {
            case ("PING", 1):
                request.Reply(RespReply.Pong);
                break;
            case ("PING" or "ECHO", 2):
                request.Reply(RespReply.Text(arguments[1]));
                break;
            case ("PING" or "ECHO", _):
                string name = Encoding.Latin1.GetString(arguments[0]).ToLowerInvariant();
                request.Reply(RespReply.Error($"wrong number of arguments for '{name}' command"));
                break;
            case ("QUIT", _):
                HangUp(request, RespReply.Ok);
                break;
            default:
                keyspace.Tell(new Execute(request, arguments), Self);
                break;
        }
    }

    private void HangUp(Request request, byte[] lastWords)
    {
        _hasHungUp = true;
        keyspace.Tell(new HangUp(request, lastWords), Self);
    }
}
