using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Polling;
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

    /// <summary>For each of the runs.</summary>
    private static readonly int s_steps =
        int.TryParse(Environment.GetEnvironmentVariable("NETPOLL_MODEL_STEPS"), out int steps) ? steps : 10_000;

    /// <summary>Of the steps, so many in rounds at whose end the whole actor system does. Each has a system of its own.</summary>
    private const int TerminatedShare = 10;

    private readonly ConcurrentDictionary<string, ModelLife> _lives = new();
    private readonly ITestOutputHelper _output;
    private readonly PollerBackend _backend;
    private readonly string _hocon;

    protected ConnectionModelSpec(ITestOutputHelper output, PollerBackend backend, string name)
        : base(output, Hocon(name))
    {
        (_output, _backend, _hocon) = (output, backend, Hocon(name));
        ListenToCloses(Sys);
    }

    /// <summary>The most blocks that the kernel has to receive into: they are out, and nobody's.</summary>
    private int BlocksOfKernel => _backend == PollerBackend.IoUring ? 2 * 1024 : 0;

    [SkippableTheory]
    [InlineData(HandlerScheduling.Serial)]
    [InlineData(HandlerScheduling.Bounded)]
    public async Task Whatever_happens_each_connection_lives_one_orderly_life(HandlerScheduling scheduling)
    {
        TestBackend.SkipWithout(_backend);
        long blocksBefore = BlocksOut.Now();
        int rounds = Math.Max(1, s_steps / (ConnectionsPerRound * StepsPerConnection));
        for (int round = 0; round < rounds; round++)
        {
            await CheckAsync(unchecked(s_firstSeed + round), scheduling);
        }

        _output.WriteLine($"{rounds * ConnectionsPerRound * StepsPerConnection} steps, {rounds * ConnectionsPerRound} connections, seeds from {s_firstSeed}");
        await Sys.Terminate().InTime();
        await AssertBlocksAsync(blocksBefore);
    }

    [SkippableTheory]
    [InlineData(HandlerScheduling.Serial)]
    [InlineData(HandlerScheduling.Bounded)]
    public async Task Also_when_the_actor_system_ends_in_its_middle(HandlerScheduling scheduling)
    {
        TestBackend.SkipWithout(_backend);
        int rounds = Math.Max(1, s_steps / (ConnectionsPerRound * StepsPerConnection * TerminatedShare));
        for (int round = 0; round < rounds; round++)
        {
            await CheckTerminationAsync(unchecked(s_firstSeed - 1 - round), scheduling);
        }
    }

    [SkippableTheory]
    [InlineData(1, HandlerScheduling.Serial)]
    public Task A_seed_that_failed_once(int seed, HandlerScheduling scheduling)
    {
        TestBackend.SkipWithout(_backend);
        return CheckAsync(seed, scheduling);
    }

    private static string Hocon(string backend) => $"netpoll.poller.backend = {backend}\nakka.loglevel = OFF\nakka.stdout-loglevel = OFF";

    private static async Task AssertBlocksAsync(long atMost) => await Eventually.TrueAsync(
        () => BlocksOut.Now() <= atMost,
        () => $"{BlocksOut.Now()} blocks are out, and at most {atMost} should be");

    private void ListenToCloses(ActorSystem system)
    {
        IActorRef closes = system.ActorOf(Props.CreateBy(new Producer<CloseListener>(() => new CloseListener(this))));
        system.EventStream.Subscribe(closes, typeof(ConnectionClosed));
    }

    private async Task CheckAsync(int seed, HandlerScheduling scheduling)
    {
        long blocksBefore = BlocksOut.Now();
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
                await Eventually.TrueAsync(() => connection.Life.IsPublished || connection.WasRefused, () => "nobody was told of an end");
                connection.Verify(round);
            }

            ConnectionStatistics counts = Sys.Netpoll().GetConnectionStatistics();
            Assert.Equal(counts.Opened, counts.Closed.Values.Sum() - counts.Refused);
            await AssertBlocksAsync(blocksBefore + BlocksOfKernel);
            foreach (ModelConnection connection in round.Connections)
            {
                connection.VerifyNothingCame();
                _lives.TryRemove(connection.Name, out _);
            }
        }
        catch (Exception failure)
        {
            throw Explain(failure, round, seed, scheduling);
        }
    }

    private async Task CheckTerminationAsync(int seed, HandlerScheduling scheduling)
    {
        ActorSystem system = ActorSystem.Create("model", ConfigurationFactory.ParseString($"{_hocon}\nnetpoll {{ pollers = 2, workers = 2 }}"));
        ModelRound round = new(seed, scheduling, _lives, system.Stop, system.Terminate);
        try
        {
            ListenToCloses(system);
            IActorRef listener = system.ActorOf(Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), round.Handlers, round.Options));
            await listener.Ask<Bound>(GetBound.Instance, Eventually.Patience);
            await round.RunAsync(listener);
            foreach (ModelConnection connection in round.Connections)
            {
                await Eventually.TrueAsync(() => connection.Life.IsReleased, () => "a socket was never closed");
                connection.Verify(round);
            }

            // Blocks are not counted: those of messages that reach nobody when nobody is left to hear of it are the garbage collector's.
            foreach (ModelConnection connection in round.Connections)
            {
                connection.VerifyNothingCame();
                _lives.TryRemove(connection.Name, out _);
            }
        }
        catch (Exception failure)
        {
            throw Explain(failure, round, seed, scheduling);
        }
    }

    private static InvalidOperationException Explain(Exception failure, ModelRound round, int seed, HandlerScheduling scheduling)
    {
        string lives = string.Join('\n', round.Connections.Select(connection => $"{connection.Name}: {connection.Life.Failure}\n    {connection.Life.Log}"));
        return new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {scheduling}, {round}: {failure.Message}\n{lives}"), failure);
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
public sealed class ConnectionModelOnEpollSpec(ITestOutputHelper output) : ConnectionModelSpec(output, PollerBackend.Epoll, "epoll");

/// <summary>With <c>io_uring(7)</c>: the kernel moves the bytes by itself, so there is no call that could be made to fail.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionModelOnUringSpec(ITestOutputHelper output) : ConnectionModelSpec(output, PollerBackend.IoUring, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionModelOnPollSpec(ITestOutputHelper output) : ConnectionModelSpec(output, PollerBackend.Poll, "poll");
