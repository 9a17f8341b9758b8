using System.IO.Pipelines;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;

namespace HttpSample.Serving;

/// <summary>One connection: request after request, until one of the two wants no more.</summary>
internal sealed class HttpHandler : PipeHandler
{
    protected override async Task RunAsync(ConnectionRef connection, IDuplexPipe pipe)
    {
        using HttpExchange exchange = new(pipe);
        while (await exchange.ReadHeadAsync() && await Routes.AnswerAsync(exchange) && exchange.Head.IsPersistent)
        {
        }
    }
}
