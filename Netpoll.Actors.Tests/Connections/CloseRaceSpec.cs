using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Both sides do what they like at the same time: whatever comes first, each connection lives one orderly life.</summary>
public abstract class CloseRaceSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    private const int Connections = 300;

    [Theory]
    [InlineData(HandlerScheduling.Bounded, 1)]
    [InlineData(HandlerScheduling.Serial, 2)]
    [InlineData(HandlerScheduling.Bounded, 3)]
    public async Task Each_connection_is_opened_once_and_ended_once_and_nothing_comes_after(HandlerScheduling scheduling, int seed)
    {
        Script script = new();
        script.OnRequest = request => Answer(request);
        Recorder<ConnectionClosed> closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(script.Props, scheduling), new ListenerOptions
        {
            MaxInFlightPerConnection = 4,
            OutputHighWaterBytes = 4096,
            LingerTimeout = TimeSpan.FromMilliseconds(20),
        });
        await Task.WhenAll(Enumerable.Range(0, 3).Select(peer => Task.Run(() =>
        {
            Random random = new((seed * 10) + peer);
            for (int i = 0; i < Connections / 3; i++)
            {
                Misbehave(address, random);
            }
        })));

        List<ConnectionClosed> ends = await closes.NextAsync(Connections);
        Assert.Equal(Connections, ends.Select(end => end.Connection).Distinct().Count());
        await Eventually.TrueAsync(() => script.Stopped >= Connections, () => $"{script.Stopped} handlers have stopped");
        List<HandlerEvent> events = script.Events.Rest();
        Assert.All(events.Where(what => what.Connection is not null).GroupBy(what => what.Connection), one =>
        {
            Assert.Equal("connected", one.First().What);
            Assert.Equal("disconnected", one.Last().What);
            Assert.All(one.Skip(1).SkipLast(1), what => Assert.Equal("request", what.What));
        });
        Assert.Equal(Connections, events.Count(what => what.What == "disconnected"));
        Assert.Empty(closes.Rest());
    }

    // What the first byte says.
    private static void Answer(Request request)
    {
        switch (request.Payload.FirstSpan[0] % 8)
        {
            case 0:
                request.Connection.Close();
                request.Reply([0]);
                break;
            case 1:
                request.Reply([0]);
                request.Connection.Abort();
                break;
            case 2:
                throw new NotSupportedException("as the peer wished");
            case 3:
                request.Fail(new NotSupportedException("as the peer wished"));
                break;
            case 4:
                ThreadPool.UnsafeQueueUserWorkItem(static later => later.Reply(new byte[3000]), request, preferLocal: false);
                break;
            case 5:
                request.Complete();
                break;
            default:
                request.Reply(request.Payload);
                break;
        }
    }

    private static void Misbehave(NetAddress address, Random random)
    {
        using RawClient client = RawClient.Connect(address);
        try
        {
            for (int i = random.Next(6); i > 0; i--)
            {
                byte[] payload = new byte[random.Next(1, 2000)];

                // Mostly the kind words, so that connections get somewhere.
                payload[0] = (byte)(random.Next(3) == 0 ? random.Next(4) : random.Next(4, 8));
                byte[] frame = RawClient.Frame(payload);
                client.Send(random.Next(8) == 0 ? frame.AsSpan(0, random.Next(frame.Length)) : frame);
            }

            switch (random.Next(4))
            {
                case 0:
                    client.Reset();
                    break;
                case 1:
                    client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                    client.ReceiveEnd();
                    break;
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The server was faster.
        }
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class CloseRaceOnEpollSpec(ITestOutputHelper output) : CloseRaceSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class CloseRaceOnUringSpec(ITestOutputHelper output) : CloseRaceSpec(output, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class CloseRaceOnPollSpec(ITestOutputHelper output) : CloseRaceSpec(output, "poll");
