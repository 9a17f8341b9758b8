using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections.Model;

/// <summary>
/// Random lives of connections, against what must be true of each: every byte is delivered at most once and in order, and all of them before a close in
/// good order; the end is told once, to everybody with the same reason, and nothing comes after it; the socket is closed once; no block is
/// lost. A failure names the seed of its round.
/// </summary>
/// <remarks>
/// The seed fixes what is done, and which calls to the kernel fail; how threads meet is the machine's. NETPOLL_MODEL_SEED brings other rounds,
/// NETPOLL_MODEL_STEPS more of them.
/// </remarks>
[Collection(Alone.Name)]
public abstract class ConnectionModelSpec : NetpollSpec
{
    private const int ConnectionsPerRound = 8;
    private const int StepsPerConnection = 30;

    private static readonly int s_firstSeed =
        int.TryParse(Environment.GetEnvironmentVariable("NETPOLL_MODEL_SEED"), out int seed) ? seed : 20260101;

    /// <summary>For each of the four runs.</summary>
    private static readonly int s_steps =
        int.TryParse(Environment.GetEnvironmentVariable("NETPOLL_MODEL_STEPS"), out int steps) ? steps : 10_000;

    private readonly ConcurrentDictionary<string, ModelLife> _lives = new();
    private readonly ITestOutputHelper _output;

    protected ConnectionModelSpec(ITestOutputHelper output, string backend)
        : base(output, $"netpoll.poller.backend = {backend}\nakka.loglevel = OFF\nakka.stdout-loglevel = OFF")
    {
        _output = output;
        IActorRef closes = Sys.ActorOf(Props.CreateBy(new Producer<CloseListener>(() => new CloseListener(this))));
        Sys.EventStream.Subscribe(closes, typeof(ConnectionClosed));
    }

    [Theory]
    [InlineData(HandlerScheduling.Serial)]
    [InlineData(HandlerScheduling.Bounded)]
    public async Task Whatever_happens_each_connection_lives_one_orderly_life(HandlerScheduling scheduling)
    {
        int rounds = Math.Max(1, s_steps / (ConnectionsPerRound * StepsPerConnection));
        for (int round = 0; round < rounds; round++)
        {
            await CheckAsync(unchecked(s_firstSeed + round), scheduling);
        }

        _output.WriteLine($"{rounds * ConnectionsPerRound * StepsPerConnection} steps, {rounds * ConnectionsPerRound} connections, seeds from {s_firstSeed}");
    }

    [Theory]
    [InlineData(1, HandlerScheduling.Serial)]
    public Task A_seed_that_failed_once(int seed, HandlerScheduling scheduling) => CheckAsync(seed, scheduling);

    private async Task CheckAsync(int seed, HandlerScheduling scheduling)
    {
        long blocksBefore = BlockPool.Shared.GetStatistics().Outstanding;
        ModelRound round = new(seed, scheduling, _lives, Sys.Stop);
        try
        {
            (IActorRef listener, _) = await ListenAsync(round.Handlers, round.Options);
            await round.RunAsync(listener);
            foreach (ModelConnection connection in round.Connections)
            {
                await Eventually.TrueAsync(() => connection.Life.IsReleased, () => "a connection never ended");
            }

            await StopAsync(listener);
            foreach (ModelConnection connection in round.Connections)
            {
                await Eventually.TrueAsync(() => connection.Life.IsPublished, () => "nobody was told of an end");
                connection.Verify(round);
            }

            ConnectionStatistics counts = Sys.Netpoll().GetConnectionStatistics();
            Assert.Equal(counts.Opened, counts.Closed.Values.Sum() - counts.Refused);
            await Eventually.TrueAsync(
                () => BlockPool.Shared.GetStatistics().Outstanding <= blocksBefore,
                () => $"{BlockPool.Shared.GetStatistics().Outstanding} blocks are out, {blocksBefore} before");
            foreach (ModelConnection connection in round.Connections)
            {
                connection.VerifyNothingCame();
                _lives.TryRemove(connection.Name, out _);
            }
        }
        catch (Exception failure)
        {
            string lives = string.Join('\n', round.Connections.Select(connection => $"{connection.Name}: {connection.Life.Failure}\n    {connection.Life.Log}"));
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {scheduling}, {round}: {failure.Message}\n{lives}"), failure);
        }
    }

    private sealed class CloseListener(ConnectionModelSpec spec) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            ConnectionClosed closed = (ConnectionClosed)message;
            spec._lives[closed.Connection.RemoteAddress.ToString()].OnPublished(closed.Reason, closed.Error);
        }
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionModelOnEpollSpec(ITestOutputHelper output) : ConnectionModelSpec(output, "epoll");

/// <summary>With <c>poll(2)</c>.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionModelOnPollSpec(ITestOutputHelper output) : ConnectionModelSpec(output, "poll");
