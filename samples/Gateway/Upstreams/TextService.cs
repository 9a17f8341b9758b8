using System.Globalization;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serving;

namespace Gateway.Upstreams;

/// <summary>What the upstreams do, so that there is something to call.</summary>
internal static class TextService
{
    /// <summary>Makes the service of one upstream.</summary>
    /// <param name="name">What it answers when it is asked who it is.</param>
    public static RpcService Create(string name) => new RpcServiceBuilder(TextSerializer.Instance)
        .Unary<string, string>("Text/Upper", (text, _) => new(text.ToUpperInvariant()))
        .Unary<string, string>("Text/Reverse", (text, _) => new(Reversed(text)))
        .Unary<string, string>("Text/Sleep", SleepAsync)
        .Unary<string, string>("Text/Who", (_, _) => new(name))
        .Build();

    private static string Reversed(string text)
    {
        // Letters as people count them, which may be several characters each.
        TextElementEnumerator letters = StringInfo.GetTextElementEnumerator(text);
        string reversed = "";
        while (letters.MoveNext())
        {
            reversed = letters.GetTextElement() + reversed;
        }

        return reversed;
    }

    private static async ValueTask<string> SleepAsync(string millis, RpcCall call)
    {
        if (!int.TryParse(millis, NumberStyles.None, CultureInfo.InvariantCulture, out int time))
        {
            throw new RpcStatusException(RpcStatus.InvalidArgument, $"'{millis}' is no number of milliseconds.");
        }

        await Task.Delay(time, call.CancellationToken);
        return millis;
    }
}
