using System.Diagnostics;
using System.Text;
using Akka.Actor;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using RedisSample.Serving;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Redis sample, driven by a plain socket and by Redis's own tools. The latter are skipped where they are not installed.</summary>
[Collection(Alone.Name)]
public sealed class RedisSampleSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    [Theory]
    [InlineData("PING\r\nSET a 1\r\nINCR a\r\nECHO x\r\nGET a\r\nDEL a b\r\nGET a\r\n", "+PONG\r\n+OK\r\n:2\r\n$1\r\nx\r\n$1\r\n2\r\n:1\r\n$-1\r\n")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "+OK\r\n$2\r\n\r\n\r\n")]
    [InlineData("SET a x\r\nINCR a\r\nGET\r\nNO\r\n\r\n", "+OK\r\n-ERR value is not an integer or out of range\r\n-ERR wrong number of arguments for 'get' command\r\n-ERR unknown command 'NO'\r\n")]
    [InlineData("SET a 9223372036854775807\r\nINCR a\r\n", "+OK\r\n-ERR increment or decrement would overflow\r\n")]
    public async Task Pipelined_commands_are_answered_in_order(string commands, string answers) =>
        Assert.Equal(answers + "+OK\r\n", await TalkAsync(commands + "QUIT\r\n"));

    [Theory]
    [InlineData("*1\r\n$99999999\r\n", "invalid bulk length")]
    [InlineData("*99999999\r\n", "invalid multibulk length")]
    [InlineData("*1\r\n:1\r\n", "expected '$', got ':'")]
    [InlineData("*1\r\n$1\r\nabc\r\n", "an argument is longer than it says")]
    public async Task What_is_no_command_gets_an_error_behind_the_answers_before_it_and_the_end(string malformed, string error) =>
        Assert.Equal($"+OK\r\n-ERR Protocol error: {error}\r\n", await TalkAsync("SET a 1\r\n" + malformed));

    [SkippableFact]
    public async Task Redis_cli_is_a_client()
    {
        NetAddress address = await ServeAsync();
        Assert.Equal("PONG", await RunAsync("redis-cli", address, "PING"));
        Assert.Equal("OK", await RunAsync("redis-cli", address, "SET", "key", "a value"));
        Assert.Equal("a value", await RunAsync("redis-cli", address, "GET", "key"));
        Assert.Equal("1", await RunAsync("redis-cli", address, "INCR", "count"));
        Assert.StartsWith("ERR unknown command 'NO'", await RunAsync("redis-cli", address, "NO"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Redis_benchmark_is_served()
    {
        string report = await RunAsync("redis-benchmark", await ServeAsync(), "-t", "ping,set,get,incr", "-n", "2000", "-c", "10", "-P", "16", "--csv");
        Assert.All((string[])["\"SET\"", "\"GET\"", "\"INCR\""], test => Assert.Contains(test, report, StringComparison.Ordinal));
    }

    private static async Task<string> RunAsync(string program, NetAddress address, params string[] arguments)
    {
        string? path = Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);
        Skip.If(path is null, $"{program} is not installed.");
        ProcessStartInfo start = new(path, ["-h", address.Host!, "-p", $"{address.Port}", .. arguments]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync().InTime();
        await process.WaitForExitAsync().InTime();
        return said.Trim();
    }

    private async Task<string> TalkAsync(string commands)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await ServeAsync());
        await peer.SendAsync(Encoding.ASCII.GetBytes(commands));
        return Encoding.ASCII.GetString(await peer.ReceiveToEndAsync());
    }

    private async Task<NetAddress> ServeAsync()
    {
        IActorRef keyspace = Sys.ActorOf(Props.Create<KeyspaceActor>());
        IActorRef listener = Sys.ActorOf(RedisServer.Props("tcp://127.0.0.1:0", keyspace));
        return (await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience)).Address;
    }
}
