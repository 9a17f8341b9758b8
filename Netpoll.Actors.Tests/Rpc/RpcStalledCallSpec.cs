using System.Buffers;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Calls without a time-out that nothing brings on but the client itself: they end all the same, or are made.</summary>
public sealed class RpcStalledCallSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private static readonly BackOff s_long = new() { First = Eventually.Patience * 10, Max = Eventually.Patience * 10 };
    private static readonly BackOff s_short = new() { First = TimeSpan.FromMilliseconds(20), Max = TimeSpan.FromMilliseconds(50) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_waits_is_refused_when_the_only_server_is_taken_for_dead(bool hasIds)
    {
        using RawFrameServer server = new((connection, frame) =>
        {
            if (frame[^1] == 0)
            {
                connection.Send(frame);
            }
        });
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Protocol = hasIds ? CallProtocols.WithIds : CallProtocols.InOrder,
            Connections = ConnectionPolicy.Pool(1),
            Circuit = new CircuitPolicy { TimeoutsToOpen = 1, OpenFor = s_long },

            // Without ids the place is free when another connection takes this one's.
            LateAnswerTimeout = TimeSpan.FromMilliseconds(20),
        });

        // A time-out counts once the call has a connection: it has one long before its time is over.
        (await rpc.CallAsync([0]).InTime()).Dispose();
        Task<Response> overdue = rpc.CallAsync([1], TimeSpan.FromSeconds(2)).AsTask();
        Task<Response> waiting = rpc.CallAsync([2]).AsTask();
        await Assert.ThrowsAsync<TimeoutException>(() => overdue.InTime());
        await Assert.ThrowsAsync<RpcRefusedException>(() => waiting.InTime());
        await Assert.ThrowsAsync<RpcRefusedException>(() => rpc.CallAsync([3]).InTime());
    }

    [Fact]
    public async Task A_call_that_waits_for_a_busy_server_goes_to_the_other_when_that_may_be_tried_again()
    {
        bool isMute = true;
        Recorder<RawFrameServer> arrived = new();
        RawFrameServer[] servers = new RawFrameServer[2];
        for (int i = 0; i < 2; i++)
        {
            int self = i;
            servers[i] = new RawFrameServer((connection, frame) =>
            {
                arrived.Add(servers[self]);
                if (!Volatile.Read(ref isMute))
                {
                    connection.Send(frame);
                }
            });
        }

        using RawFrameServer one = servers[0];
        using RawFrameServer two = servers[1];
        await using RpcChannel rpc = Sys.Netpoll().Rpc([one.Address, two.Address], Codecs.LengthField(), new RpcClientOptions
        {
            Protocol = CallProtocols.WithIds,
            Connections = ConnectionPolicy.Pool(1),
            Circuit = new CircuitPolicy { TimeoutsToOpen = 1, OpenFor = s_short },
        });
        Task<Response> busy = rpc.CallAsync([0]).AsTask();
        RawFrameServer busyServer = await arrived.NextAsync();

        // A time-out counts once the call has a connection, which it had if it has arrived.
        for (TimeSpan time = s_short.First; arrived.Count == 1; time *= 2)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => rpc.CallAsync([1], time).InTime());
        }

        Assert.NotSame(busyServer, await arrived.NextAsync());
        Volatile.Write(ref isMute, false);
        for (byte i = 2; i < 10; i++)
        {
            using Response answer = await rpc.CallAsync([i]).InTime();
            Assert.Equal([i], answer.Payload.ToArray());
        }

        Assert.False(busy.IsCompleted);
    }

    [Fact]
    public async Task A_probe_that_is_never_answered_makes_way_for_another()
    {
        Recorder<byte> arrived = new();
        using RawFrameServer server = new((connection, frame) =>
        {
            arrived.Add(frame[^1]);
            if (frame[^1] > 2)
            {
                connection.Send(frame);
            }
        });
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Protocol = CallProtocols.WithIds,
            Circuit = new CircuitPolicy { TimeoutsToOpen = 1, OpenFor = s_short },
        });
        for (TimeSpan time = s_short.First; arrived.Count == 0; time *= 2)
        {
            // Refused is one after the call that was sent, when that is still on its way.
            Exception? failure = await Record.ExceptionAsync(() => rpc.CallAsync([1], time).InTime());
            Assert.True(failure is TimeoutException or RpcRefusedException, $"{failure}");
        }

        Task<byte> probe = NextAsync(arrived, 2);
        while (!probe.IsCompleted)
        {
            _ = rpc.CallAsync([2]).AsTask().ContinueWith(call => call.Exception, TaskScheduler.Default);
            await Task.Delay(1);
        }

        await probe;

        // From here on it answers, but what it was sent before is lost.
        using CancellationTokenSource enough = new(Eventually.Patience);
        using Response answer = await AnswerAsync(rpc, enough.Token);
        Assert.Equal([3], answer.Payload.ToArray());
    }

    [Theory]
    [InlineData(nameof(ICallProtocol.IsAnswered))]
    [InlineData(nameof(ICallProtocol.HeadBytes))]
    [InlineData(nameof(ICallProtocol.WriteHead))]
    public async Task A_protocol_that_throws_ends_its_connection_and_no_call_is_forgotten(string where)
    {
        using RawFrameServer server = new();
        await using RpcChannel rpc = Sys.Netpoll().Rpc(
            server.Address, Codecs.LengthField(), new RpcClientOptions { Protocol = new ThrowingProtocol(where) });
        (await rpc.CallAsync([0]).InTime()).Dispose();
        Task<Response>[] calls;
        using (await HoldLoopsAsync())
        {
            // They leave together, or would.
            calls = [.. Enumerable.Range(0, 5).Select(i => rpc.CallAsync([1], new CallOptions(Tag: i == 2 ? where : null)).AsTask())];
        }

        foreach (Task<Response> call in calls)
        {
            await Assert.ThrowsAsync<RpcConnectionException>(() => call.InTime());
        }

        (await rpc.CallAsync([2]).InTime()).Dispose();
        Assert.Equal(2, rpc.GetStats().Connects);
    }

    private static async Task<byte> NextAsync(Recorder<byte> arrived, byte wanted)
    {
        byte next;
        do
        {
            next = await arrived.NextAsync();
        }
        while (next != wanted);
        return next;
    }

    private static async Task<Response> AnswerAsync(RpcChannel rpc, CancellationToken enough)
    {
        while (true)
        {
            try
            {
                return await rpc.CallAsync([3], cancellationToken: enough);
            }
            catch (RpcRefusedException)
            {
                await Task.Delay(1, enough);
            }
        }
    }

    /// <summary>Breaks its contract where the call's tag says so.</summary>
    private sealed class ThrowingProtocol(string where) : ICallProtocol
    {
        public int IdBytes => CallProtocols.WithIds.IdBytes;

        public bool IsAnswered(object? tag)
        {
            Throw(nameof(IsAnswered), tag);
            return true;
        }

        public int HeadBytes(in CallHead call)
        {
            Throw(nameof(HeadBytes), call.Tag);
            return CallProtocols.WithIds.HeadBytes(call);
        }

        public void WriteHead(in CallHead call, IBufferWriter<byte> output)
        {
            Throw(nameof(WriteHead), call.Tag);
            CallProtocols.WithIds.WriteHead(call, output);
        }

        public ReplyStatus ReadHead(in ReadOnlySequence<byte> frame, out ReplyHead answer) => CallProtocols.WithIds.ReadHead(frame, out answer);

        private void Throw(string here, object? tag)
        {
            if (here == where && here.Equals(tag))
            {
                throw new NotSupportedException($"{here} of a test.");
            }
        }
    }
}
