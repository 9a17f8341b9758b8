using System.Text;
using Microsoft.Extensions.Logging;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Protocol;

namespace Gateway.Serving;

/// <summary>
/// One caller: a line is a command and its text. Each is answered by one line, <c>OK ...</c> or <c>ERR status: ...</c>, in the order of the commands,
/// though many may be on their way to the upstreams at once.
/// </summary>
internal sealed class GatewayHandler(UpstreamPool upstreams, ILogger<GatewayHandler> log) : RequestHandler
{
    /// <inheritdoc/>
    protected override void OnRequest(Request request)
    {
        string[] words = Encoding.UTF8.GetString(request.Payload).Split(' ', 2, StringSplitOptions.TrimEntries);
        _ = AnswerAsync(request, words[0], words.Length > 1 ? words[1] : "");
    }

    private async Task AnswerAsync(Request request, string command, string text)
    {
        string answer;
        try
        {
            answer = await upstreams.TryCallAsync(command, text) is { } result
                ? $"OK {result}"
                : $"ERR {RpcStatus.NotFound}: '{command}' is none of {string.Join(", ", upstreams.Routes)}";
        }
        catch (RpcStatusException refused)
        {
            answer = $"ERR {refused.Status}: {refused.Message}";
        }
        catch (RpcException unreachable)
        {
            // The caller need not know which servers there are; who runs the gateway must.
            log.LogWarning(unreachable, "No upstream for {Command}", command);
            answer = $"ERR {RpcStatus.Unavailable}: no upstream can be reached";
        }
        catch (Exception failure)
        {
            log.LogError(failure, "{Command} failed", command);
            answer = $"ERR {RpcStatus.Internal}: the gateway's log has more";
        }

        request.Reply(Encoding.UTF8.GetBytes(answer));
    }
}
