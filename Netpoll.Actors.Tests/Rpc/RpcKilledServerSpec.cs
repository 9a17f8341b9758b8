using System.Globalization;
using Akka.Actor;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Actors.Tests.Samples;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>
/// A server that is a process of its own is killed under load and started again, several times: calls fail fast meanwhile, the client finds it by
/// itself, and what a lost connection had (its socket, its actor, its blocks, a thread) is not left behind. NETPOLL_TEST_KILLS says how often.
/// </summary>
[Collection(Alone.Name)]
public sealed class RpcKilledServerSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int Callers = 16;

    private static readonly int s_kills = int.Parse(Environment.GetEnvironmentVariable("NETPOLL_TEST_KILLS") ?? "4", CultureInfo.InvariantCulture);

    private readonly Live _live = new();
    private readonly int _socketsBefore = OwnSockets();
    private int _answers;
    private int _failures;

    [Theory]
    [InlineData("mux", 2)]
    [InlineData("pool", 8)]
    public async Task It_is_found_again_each_time_and_nothing_is_left_behind(string policy, int connections)
    {
        Sys.EventStream.Subscribe(Sys.ActorOf(Props.CreateBy(new Producer<LiveWatch>(() => new LiveWatch(_live)))), typeof(ConnectionOpened));
        long blocks = BlocksOut.Now();
        using EchoProcess first = await EchoProcess.ServeAsync("--address", "tcp://127.0.0.1:0");
        RpcChannel rpc = Sys.Netpoll().Rpc(NetAddress.Parse(first.Address), Codecs.LengthField(), new RpcClientOptions
        {
            Connections = policy == "pool" ? ConnectionPolicy.Pool(connections) : ConnectionPolicy.Mux(connections),
            Reconnect = new BackOff { First = TimeSpan.FromMilliseconds(5), Max = TimeSpan.FromMilliseconds(50) },
        });
        using CancellationTokenSource stop = new();
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(rpc, stop.Token)))];
        await AnsweredAsync();
        int threads = OwnThreads();
        await KillAsync(first);
        for (int kills = 1; kills < s_kills; kills++)
        {
            using EchoProcess next = await EchoProcess.ServeAsync("--address", first.Address);
            await RecoveredAsync(rpc, connections);
            await KillAsync(next);
        }

        using EchoProcess last = await EchoProcess.ServeAsync("--address", first.Address);
        await RecoveredAsync(rpc, connections);
        await stop.CancelAsync();
        await Task.WhenAll(callers).InTime();
        await Eventually.TrueAsync(() => rpc.GetStats().InFlight == 0, () => rpc.GetStats().ToString());
        int newThreads = OwnThreads() - threads;
        Assert.True(newThreads < s_kills, $"{newThreads} threads came with {s_kills} kills");

        await rpc.DisposeAsync();
        await Eventually.TrueAsync(
            () => _live.Opened == rpc.GetStats().Connects && _live.Count == 0, () => $"{_live.Count} of {_live.Opened} connections' actors live");
        await Eventually.TrueAsync(() => NewSockets <= 0, () => $"{NewSockets} sockets are open that were not before");
        await Eventually.TrueAsync(() => Outstanding <= blocks + ReadyForRings, () => $"{Outstanding} blocks are out, {blocks} before");
    }

    private async Task KillAsync(EchoProcess server)
    {
        server.Signal(EchoProcess.Kill);
        await server.FinishAsync();

        // No call has a time-out: they end because there is no server, or not at all.
        int before = Volatile.Read(ref _failures);
        await Eventually.Holds(() => Volatile.Read(ref _failures) >= before + (2 * Callers), "calls failed while there was no server");
    }

    private async Task RecoveredAsync(RpcChannel rpc, int connections)
    {
        // Attempts that were under way may have failed; the next one finds it.
        long failedConnects = rpc.GetStats().FailedConnects;
        await AnsweredAsync();
        Assert.InRange(rpc.GetStats().FailedConnects - failedConnects, 0, connections);
        await Eventually.TrueAsync(
            () => NewSockets <= connections && _live.Count <= connections,
            () => $"{NewSockets} sockets and {_live.Count} actors were there for {connections} connections");
    }

    private Task AnsweredAsync()
    {
        int before = Volatile.Read(ref _answers);
        return Eventually.Holds(() => Volatile.Read(ref _answers) > before + Callers, "calls were answered");
    }

    private static long Outstanding => BlocksOut.Now();

    private int NewSockets => OwnSockets() - _socketsBefore;

    // What lies ready for a ring's next receives is out too: it grows with the load, up to 1024 blocks on each of the two loops.
    private int ReadyForRings => Sys.Netpoll().Pollers.Any(poller => poller.Loop.Backend == PollerBackend.IoUring) ? 2 * 1024 : 0;

    // Descriptors, not the kernel's table of connections: one that was reset is no longer in that, though its descriptor is open.
    private static int OwnSockets() => Directory.GetFiles("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    // Without those of the runtime and of the kernel's rings, which come and go as they like. A thread may end between the two looks.
    private static int OwnThreads() => Directory.GetDirectories("/proc/self/task").Count(thread =>
    {
        try
        {
            string name = File.ReadAllText(Path.Combine(thread, "comm"));
            return !name.StartsWith(".NET", StringComparison.Ordinal) && !name.StartsWith("iou-", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });

    private async Task CallAsync(RpcChannel rpc, CancellationToken stop)
    {
        byte[] payload = [1, 2, 3];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using Response answer = await rpc.CallAsync(payload, cancellationToken: CancellationToken.None).InTime();
                Assert.Equal(3, answer.Payload.Length);
                Interlocked.Increment(ref _answers);
            }
            catch (RpcConnectionException)
            {
                Interlocked.Increment(ref _failures);
                await Task.Delay(1, CancellationToken.None);
            }
        }
    }

    /// <summary>How many connections' actors live, and how many there ever were.</summary>
    private sealed class Live
    {
        private int _opened;
        private int _ended;

        public int Opened => Volatile.Read(ref _opened);

        public int Count => Opened - Volatile.Read(ref _ended);

        public void AddOpened() => Interlocked.Increment(ref _opened);

        public void AddEnded() => Interlocked.Increment(ref _ended);
    }

    private sealed class LiveWatch(Live live) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ConnectionOpened opened:
                    live.AddOpened();
                    Context.Watch(opened.Connection.Actor);
                    break;
                case Terminated:
                    live.AddEnded();
                    break;
            }
        }
    }
}
