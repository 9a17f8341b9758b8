using System.Collections.Concurrent;
using System.Net.Sockets;
using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Peers that hardly read, and peers that send all they can, at the same time: they cost what was configured, and the others are served.</summary>
[Collection(Alone.Name)]
public abstract class SlowReaderAndFloodSpec(ITestOutputHelper output, string backend, long blocksOfKernel = 0)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    private const int SlowReaders = 6;
    private const int Floods = 4;
    private const int Others = 4;
    private const int CallsOfEach = 50;
    private const int PayloadBytes = 4000;
    private const int FrameBytes = PayloadBytes + 4;
    private const int MaxInFlight = 4;
    private const long HighWaterBytes = 64 * 1024;

    /// <summary>The last request is taken below the high-water mark, and then all that are in flight are answered.</summary>
    private const long MaxUnsentBytes = HighWaterBytes + (MaxInFlight * FrameBytes);

    /// <summary>Of one connection: an answer is a head, the payload's block and what links it in, a request not more; and a few that are read into.</summary>
    private const long MaxBlocks = (3 * ((MaxUnsentBytes / FrameBytes) + MaxInFlight)) + 8;

    private static readonly byte[] s_manyFrames = [.. Enumerable.Range(0, 32).SelectMany(_ => RawClient.Frame(new byte[PayloadBytes]))];

    private readonly ConcurrentDictionary<NetAddress, ConnectionRef> _connections = new();
    private readonly OutputBudget _budget = new((SlowReaders + Floods + Others) * MaxUnsentBytes);
    private readonly CancellationTokenSource _over = new();
    private long _flooded;

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Memory_stays_within_its_bound_and_the_others_are_served(HandlerScheduling scheduling)
    {
        long blocksBefore = BlocksOut.Now();
        Props echo = Props.CreateBy(new Producer<Echo>(() => new Echo(_connections)));
        (IActorRef listener, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(echo, scheduling), new ListenerOptions
        {
            MaxInFlightPerConnection = MaxInFlight,
            OutputHighWaterBytes = HighWaterBytes,
            Limits = new ListenerLimits { OutputBudget = _budget },
            Socket = new SocketOptions { SendBufferBytes = 32 * 1024, ReceiveBufferBytes = 32 * 1024 },
        });
        List<RawClient> unkind = [];
        List<Task> loads = [];
        for (int i = 0; i < SlowReaders + Floods; i++)
        {
            RawClient client = RawClient.Connect(address);
            client.Socket.ReceiveBufferSize = 16 * 1024;
            unkind.Add(client);
            loads.Add(SendAllItCanAsync(client.Socket));
            loads.Add(i < SlowReaders ? ReadSlowlyAsync(client.Socket) : ReadAllItCanAsync(client.Socket));
        }

        try
        {
            RawClient[] slow = [.. unkind.Take(SlowReaders)];
            await Eventually.TrueAsync(() => slow.All(client => RefOf(client) is { IsWritable: false }), () => "no slow reader was ever held back");
            await CallAsync(address, blocksBefore);
            Assert.Equal(0, _budget.Evicted);
            Assert.All(slow, client => Assert.True(RefOf(client)!.IsActive));
            await Eventually.Holds(() => Interlocked.Read(ref _flooded) > 0, "a flood was answered");
        }
        finally
        {
            // A flood that went on would spoil what other tests measure.
            await _over.CancelAsync();
            unkind.ForEach(client => client.Dispose());
        }

        await Task.WhenAll(loads).InTime();
        await StopAsync(listener);
        await Eventually.TrueAsync(
            () => BlocksOut.Now() <= blocksBefore + blocksOfKernel, () => $"{BlocksOut.Now()} blocks are out, {blocksBefore} before");
        await Eventually.TrueAsync(() => _budget.UsedBytes == 0, () => $"{_budget.UsedBytes} bytes are counted as unsent");
    }

    private async Task CallAsync(NetAddress address, long blocksBefore)
    {
        RawClient[] others = [.. Enumerable.Range(0, Others).Select(_ => RawClient.Connect(address))];
        for (int call = 0; call < CallsOfEach; call++)
        {
            foreach (RawClient other in others)
            {
                byte[] payload = RawClient.RandomBytes(1 + (call * 37), seed: call);
                other.SendFrame(payload);
                Assert.Equal(payload, other.ReceiveFrame());
            }

            long blocks = BlockPool.Shared.GetStatistics().Outstanding - blocksBefore;
            Assert.True(blocks <= ((SlowReaders + Floods + Others) * MaxBlocks) + blocksOfKernel, $"{blocks} blocks are out");
            Assert.InRange(_budget.UsedBytes, 0, _budget.LimitBytes);
            if (call % 10 == 0)
            {
                await AssertWithinLimitsAsync();
            }
        }

        Array.ForEach(others, other => other.Dispose());
    }

    private async Task AssertWithinLimitsAsync()
    {
        foreach (ConnectionRef connection in _connections.Values)
        {
            ConnectionStats stats = await connection.Actor.Ask<ConnectionStats>(GetStats.Instance, Eventually.Patience);
            Assert.InRange(stats.UnsentBytes, 0, MaxUnsentBytes);
            Assert.InRange(stats.InFlight, 0, MaxInFlight);
        }
    }

    private ConnectionRef? RefOf(RawClient client) => _connections.GetValueOrDefault(NetAddress.FromEndPoint(client.Socket.LocalEndPoint!));

    private Task SendAllItCanAsync(Socket socket) => UntilOverAsync(async () => await socket.SendAsync(s_manyFrames, _over.Token));

    private async Task ReadAllItCanAsync(Socket socket)
    {
        byte[] into = new byte[64 * 1024];
        await UntilOverAsync(async () => Interlocked.Add(ref _flooded, await socket.ReceiveAsync(into, _over.Token)));
    }

    private async Task ReadSlowlyAsync(Socket socket)
    {
        byte[] into = new byte[100];
        await UntilOverAsync(async () =>
        {
            await socket.ReceiveAsync(into, _over.Token);
            await Task.Delay(5, _over.Token);
        });
    }

    private async Task UntilOverAsync(Func<Task> step)
    {
        try
        {
            while (true)
            {
                await step();
            }
        }
        catch (Exception ended) when (_over.IsCancellationRequested && ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private sealed class Echo(ConcurrentDictionary<NetAddress, ConnectionRef> connections) : RequestHandler
    {
        protected override void OnConnected(ConnectionRef connection) => connections[connection.RemoteAddress] = connection;

        protected override void OnRequest(Request request) => request.Reply(request.Payload);

        protected override void OnDisconnected(ConnectionRef connection, CloseReason reason, Exception? error) =>
            connections.TryRemove(connection.RemoteAddress, out _);
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
[Collection(Alone.Name)]
public sealed class SlowReaderAndFloodOnEpollSpec(ITestOutputHelper output) : SlowReaderAndFloodSpec(output, "epoll");

/// <summary>
/// With <c>io_uring(7)</c>: each of the two rings has up to 1024 blocks to receive into, and within a round it may fill them all before it hears
/// that a connection is to be read no more.
/// </summary>
[Collection(Alone.Name)]
public sealed class SlowReaderAndFloodOnUringSpec(ITestOutputHelper output) : SlowReaderAndFloodSpec(output, "io-uring", blocksOfKernel: 2 * 2 * 1024);

/// <summary>With <c>poll(2)</c>.</summary>
[Collection(Alone.Name)]
public sealed class SlowReaderAndFloodOnPollSpec(ITestOutputHelper output) : SlowReaderAndFloodSpec(output, "poll");
