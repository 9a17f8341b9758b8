using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Chat sample as its users run it: with sockets of .NET's, and with <c>nc</c> where there is one.</summary>
[Collection(Alone.Name)]
public sealed partial class ChatSampleSpec : IAsyncLifetime
{
    private static readonly string? s_netcat = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':').Select(folder => Path.Combine(folder, "nc")).FirstOrDefault(File.Exists);

    // One for each test: a guest of the last one's may not have left yet.
    private readonly SampleServer _chat = new("Chat", "Chat");

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public Task It_talks_as_its_README_says() => PlayAsync(() => LinePeer.Connect(_chat.Address));

    [SkippableFact]
    public Task It_talks_so_with_nc_too()
    {
        Skip.If(s_netcat is null, "nc is not installed");
        return PlayAsync(() => LinePeer.Netcat(s_netcat, _chat.Address));
    }

    [Fact]
    public async Task A_name_is_free_again_when_its_guest_is_gone()
    {
        using (LinePeer first = await EnterAsync("carol"))
        {
            await first.SendAsync("/quit");
            Assert.Null(await first.ReceiveAsync());
        }

        // The hall hears of it a moment after the peer.
        using LinePeer second = LinePeer.Connect(_chat.Address);
        await second.ReceiveAsync();
        string? answer;
        do
        {
            await second.SendAsync("/nick carol");
            answer = await second.ReceiveAsync();
        }
        while (answer == "* carol is taken");

        Assert.StartsWith("* carol, you are in lobby: ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_reader_misses_lines_and_nobody_waits_for_it()
    {
        const int Lines = 4000;
        using LinePeer slow = await EnterAsync("slow", room: "flood", receiveBuffer: 4096);
        using LinePeer loud = await EnterAsync("loud", room: "flood");
        Assert.Equal("* loud has come in", await slow.ReceiveAsync());

        // 16 MB, more than the kernel keeps between the two; the answer comes when the room has dealt with all of it.
        string text = new('x', 4000);
        for (int i = 0; i < Lines; i++)
        {
            await loud.SendAsync(text);
        }

        await loud.SendAsync("/who");
        Assert.Equal("* in flood: loud, slow", await loud.ReceiveAsync());

        int heard = 0, missed = 0;
        while (heard + missed < Lines)
        {
            string line = (await slow.ReceiveAsync())!;
            if (Missed().Match(line) is { Success: true } notice)
            {
                missed += int.Parse(notice.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            }
            else
            {
                Assert.Equal($"loud: {text}", line);
                heard++;
            }
        }

        Assert.Equal(Lines, heard + missed);
        Assert.True(missed > 0);
    }

    private async Task<LinePeer> EnterAsync(string name, string? room = null, int? receiveBuffer = null)
    {
        LinePeer peer = LinePeer.Connect(_chat.Address, receiveBuffer);
        Assert.Equal("* Who are you? /nick <name>", await peer.ReceiveAsync());
        await peer.SendAsync($"/nick {name}");
        Assert.StartsWith($"* {name}, you are in lobby: ", await peer.ReceiveAsync(), StringComparison.Ordinal);
        if (room is not null)
        {
            await peer.SendAsync($"/join {room}");
            string? line;
            do
            {
                line = await peer.ReceiveAsync();
            }
            while (!line!.StartsWith($"* {name}, you are in {room}: ", StringComparison.Ordinal));
        }

        return peer;
    }

    // Each line of the README is "who > what is typed" or "who   what is shown".
    private static async Task PlayAsync(Func<LinePeer> connect)
    {
        Dictionary<string, LinePeer> peers = [];
        try
        {
            foreach (string line in Script())
            {
                string who = line[..6].TrimEnd(), what = line[6..];
                if (!peers.TryGetValue(who[..3], out LinePeer? peer))
                {
                    peers[who] = peer = connect();
                }

                if (who.EndsWith('>'))
                {
                    await peer.SendAsync(what);
                }
                else
                {
                    Assert.Equal(what, await peer.ReceiveAsync());
                }
            }
        }
        finally
        {
            foreach (LinePeer peer in peers.Values)
            {
                peer.Dispose();
            }
        }
    }

    private static string[] Script([CallerFilePath] string path = "")
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "../../samples/Chat/README.md"));
        return readme.Split("```text\n")[1].Split("```")[0].TrimEnd().Split('\n');
    }

    [GeneratedRegex(@"^\* you missed (\d+) lines: ")]
    private static partial Regex Missed();
}
