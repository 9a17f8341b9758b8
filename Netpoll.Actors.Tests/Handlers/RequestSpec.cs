using System.Buffers;
using System.Collections.Concurrent;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Handlers;

/// <summary>A request is answered once, at any time, from anywhere; its bytes last as long as is said.</summary>
public sealed class RequestSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly Script _script = Script.Silent();

    [Fact]
    public async Task An_answer_may_come_later_from_another_thread()
    {
        using RawClient client = await ConnectAsync();
        client.SendFrame([1]);
        Request request = await _script.Requests.NextAsync();
        await Task.Run(() => request.Reply([2]));
        Assert.Equal([2], client.ReceiveFrame());
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task Answers_leave_in_the_order_of_the_requests_in_whatever_order_they_are_given(HandlerScheduling scheduling)
    {
        using RawClient client = await ConnectAsync(scheduling);
        Random random = new(1);
        for (int round = 0; round < 20; round++)
        {
            client.Send(Enumerable.Range(0, 50).SelectMany(i => RawClient.Frame([(byte)i])).ToArray());
            Request[] requests = [.. await _script.Requests.NextAsync(50)];
            int[] order = [.. Enumerable.Range(0, 50)];
            random.Shuffle(order);
            foreach (int i in order)
            {
                requests[i].Reply([(byte)i, (byte)round]);
            }

            for (int i = 0; i < 50; i++)
            {
                Assert.Equal([(byte)i, (byte)round], client.ReceiveFrame());
            }
        }
    }

    [Fact]
    public async Task A_request_is_answered_once_whatever_the_answers()
    {
        using RawClient client = await ConnectAsync();
        using BufferSlice none = new();
        Action<Request>[] answers =
        [
            request => request.Reply([1]),
            request => request.Reply(new ReadOnlySequence<byte>([1])),
            request => request.Reply(none),
            request => request.Complete(),
            request => request.Fail(new NotSupportedException()),
        ];
        foreach (Action<Request> first in answers[..4])
        {
            client.SendFrame([1]);
            Request request = await _script.Requests.NextAsync();

            first(request);
            foreach (Action<Request> second in answers)
            {
                Assert.Throws<InvalidOperationException>(() => second(request));
            }
        }

        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal([], client.ReceiveFrame());
    }

    [Fact]
    public async Task A_slice_that_came_too_late_stays_its_owners()
    {
        using RawClient client = await ConnectAsync();
        using LinkBuffer buffer = new();
        buffer.WriteBinary([1, 2, 3]);
        buffer.Flush();
        using BufferSlice slice = buffer.Slice(3);
        client.SendFrame([1]);
        Request request = await _script.Requests.NextAsync();
        request.Complete();
        Assert.Throws<InvalidOperationException>(() => request.Reply(slice));
        Assert.Equal([1, 2, 3], slice.FirstSpan.ToArray());
    }

    [Fact]
    public async Task A_slice_becomes_the_answer_and_is_empty_afterwards()
    {
        using RawClient client = await ConnectAsync();
        using LinkBuffer buffer = new();
        buffer.WriteBinary([1, 2, 3]);
        buffer.Flush();
        using BufferSlice slice = buffer.Slice(3);
        client.SendFrame([1]);
        (await _script.Requests.NextAsync()).Reply(slice);
        Assert.Equal([1, 2, 3], client.ReceiveFrame());
        Assert.True(slice.IsEmpty);
    }

    [Fact]
    public async Task No_slice_is_no_answer()
    {
        using RawClient client = await ConnectAsync();
        client.SendFrame([1]);
        Request request = await _script.Requests.NextAsync();
        Assert.Throws<ArgumentNullException>(() => request.Reply((BufferSlice)null!));
        request.Reply([2]);
        Assert.Equal([2], client.ReceiveFrame());
    }

    [Fact]
    public async Task Memory_that_was_answered_with_may_be_used_again_at_once()
    {
        _script.OnRequest = request =>
        {
            byte[] memory = RawClient.RandomBytes(10_000);
            request.Reply(memory);
            Array.Clear(memory);
        };
        using RawClient client = await ConnectAsync();
        client.SendFrame([1]);
        Assert.Equal(RawClient.RandomBytes(10_000), client.ReceiveFrame());
    }

    [Fact]
    public async Task A_part_of_the_payload_can_be_the_answer()
    {
        _script.OnRequest = request => request.Reply(request.Payload.Slice(1, 2));
        using RawClient client = await ConnectAsync();
        client.SendFrame([1, 2, 3, 4]);
        Assert.Equal([2, 3], client.ReceiveFrame());
    }

    [Fact]
    public async Task The_payload_is_gone_when_the_handler_has_returned()
    {
        using RawClient client = await ConnectAsync();
        client.SendFrame([1]);
        client.SendFrame([2]);
        Request first = (await _script.Requests.NextAsync(2))[0];
        Assert.Throws<InvalidOperationException>(() => first.Payload);
        Assert.Throws<InvalidOperationException>(() => first.TakePayload());
        first.Reply([1]);
        Assert.Equal([1], client.ReceiveFrame());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_payload_that_was_taken_stays(int size)
    {
        Recorder<BufferSlice> taken = new();
        _script.OnRequest = request =>
        {
            taken.Add(request.TakePayload());
            Assert.True(request.Payload.IsEmpty);
        };
        using RawClient client = await ConnectAsync();
        byte[] payload = RawClient.RandomBytes(size);
        client.SendFrame(payload);
        Request request = await _script.Requests.NextAsync();
        using BufferSlice slice = await taken.NextAsync();

        // Other requests come and go meanwhile.
        for (int i = 0; i < 20; i++)
        {
            client.SendFrame(new byte[size]);
            (await _script.Requests.NextAsync()).Complete();
            (await taken.NextAsync()).Dispose();
        }

        Assert.True(payload.AsSpan().SequenceEqual(slice.AsSequence().ToArray()));
        request.Reply(slice);
        Assert.True(payload.AsSpan().SequenceEqual(client.ReceiveFrame()));
    }

    [Fact]
    public async Task A_request_may_be_done_without_an_answer()
    {
        using RawClient client = await ConnectAsync();
        client.Send([.. RawClient.Frame([1]), .. RawClient.Frame([2]), .. RawClient.Frame([3])]);
        List<Request> requests = await _script.Requests.NextAsync(3);
        requests[2].Reply([3]);
        requests[1].Complete();
        requests[0].Reply([1]);
        Assert.Equal([1], client.ReceiveFrame());
        Assert.Equal([3], client.ReceiveFrame());
    }

    [Fact]
    public async Task A_failed_request_closes_the_connection_after_the_older_answers()
    {
        Recorder<ConnectionClosed> closes = RecordCloses();
        using RawClient client = await ConnectAsync();
        client.Send([.. RawClient.Frame([1]), .. RawClient.Frame([2]), .. RawClient.Frame([3])]);
        List<Request> requests = await _script.Requests.NextAsync(3);
        requests[2].Reply([3]);
        requests[1].Fail(new NotSupportedException("not today"));
        await SettleAsync(requests[0].Connection.Actor);
        requests[0].Reply([1]);

        Assert.Equal([1], client.ReceiveFrame());
        Assert.Throws<EndOfStreamException>(() => client.ReceiveFrame());
        ConnectionClosed closed = await closes.NextAsync();
        Assert.Equal((CloseReason.HandlerFaulted, "not today"), (closed.Reason, closed.Error?.Message));
    }

    [Fact]
    public async Task Answering_after_the_connection_has_ended_does_nothing()
    {
        using RawClient client = await ConnectAsync();
        client.Send(Enumerable.Range(0, 5).SelectMany(i => RawClient.Frame([(byte)i])).ToArray());
        List<Request> requests = await _script.Requests.NextAsync(5);
        ConnectionRef connection = requests[0].Connection;
        Recorder<object> watcher = await WatchAsync(connection.Actor);
        connection.Abort();
        await watcher.NextAsync();

        using LinkBuffer buffer = new();
        buffer.WriteByte(1);
        buffer.Flush();
        BufferSlice slice = buffer.Slice(1);
        requests[0].Reply([1]);
        requests[1].Reply(new ReadOnlySequence<byte>([1]));
        requests[2].Reply(slice);
        requests[3].Complete();
        requests[4].Fail(new NotSupportedException());
        Assert.True(slice.IsEmpty);
        Assert.False(connection.IsActive);
        connection.Close();
        connection.Abort();
    }

    [Fact]
    public async Task Of_many_threads_that_answer_at_once_one_does()
    {
        const int Threads = 4;
        using RawClient client = await ConnectAsync();
        int answers = 0;
        int refusals = 0;
        using Barrier start = new(Threads);
        for (int round = 0; round < 200; round++)
        {
            client.SendFrame([1]);
            Request request = await _script.Requests.NextAsync();
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    try
                    {
                        request.Reply([(byte)thread]);
                        Interlocked.Increment(ref answers);
                    }
                    catch (InvalidOperationException)
                    {
                        Interlocked.Increment(ref refusals);
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.InRange(Assert.Single(client.ReceiveFrame()), 0, Threads - 1);
        }

        Assert.Equal((200, 200 * (Threads - 1)), (answers, refusals));
    }

    [Theory]
    [InlineData(HandlerScheduling.Bounded)]
    [InlineData(HandlerScheduling.Serial)]
    public async Task A_copy_of_an_old_request_never_touches_a_newer_one(HandlerScheduling scheduling)
    {
        ConcurrentQueue<Request> old = new();
        Request? previous = null;
        _script.OnRequest = request =>
        {
            request.Reply(request.Payload);
            if (previous is { } done)
            {
                old.Enqueue(done);
            }

            previous = request;
        };
        using RawClient client = await ConnectAsync(scheduling);
        int touched = 0;
        int refused = 0;
        bool stop = false;
        Task[] hammers = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    if (old.TryDequeue(out Request stale))
                    {
                        Try(() => stale.Reply([66]));
                        Try(() => stale.Fail(new NotSupportedException()));
                        Try(() => stale.Complete());
                        Try(() => GC.KeepAlive(stale.Payload.Length));
                        Try(() => stale.TakePayload());
                        if (old.Count < 1000)
                        {
                            old.Enqueue(stale);
                        }
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];

        byte[][] payloads = [.. Enumerable.Range(0, 100).Select(i => RawClient.RandomBytes(100 + i, seed: i))];
        for (int round = 0; round < 100; round++)
        {
            client.Send(payloads.SelectMany(payload => RawClient.Frame(payload)).ToArray());
            Assert.All(payloads, payload => Assert.Equal(payload, client.ReceiveFrame()));
        }

        await Eventually.Holds(() => Volatile.Read(ref refused) > 0, "old requests were tried");
        Volatile.Write(ref stop, true);
        await Task.WhenAll(hammers);
        Assert.Equal(0, touched);

        void Try(Action use)
        {
            try
            {
                use();
                Interlocked.Increment(ref touched);
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref refused);
            }
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(20_000)]
    public async Task An_answer_as_long_as_the_payload_from_another_thread_and_the_handlers_return_do_not_meet(int size)
    {
        using BlockingCollection<(Request Request, byte[] Answer)> work = [];
        Task answering = Task.Factory.StartNew(
            () =>
            {
                foreach ((Request request, byte[] answer) in work.GetConsumingEnumerable())
                {
                    request.Reply(new ReadOnlySequence<byte>(answer));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        _script.OnRequest = request =>
        {
            byte[] answer = request.Payload.ToArray();
            answer[0]++;
            work.Add((request, answer));
        };
        using RawClient client = await ConnectAsync();
        byte[] payload = RawClient.RandomBytes(size);
        byte[] expected = [.. payload];
        expected[0]++;
        byte[] batch = [.. Enumerable.Range(0, 20).SelectMany(_ => RawClient.Frame(payload))];
        for (int round = 0; round < 100; round++)
        {
            Task send = Task.Run(() => client.Send(batch));
            for (int i = 0; i < 20; i++)
            {
                Assert.True(expected.AsSpan().SequenceEqual(client.ReceiveFrame()));
            }

            await send;
        }

        work.CompleteAdding();
        await answering;
    }

    private async Task<RawClient> ConnectAsync(HandlerScheduling scheduling = HandlerScheduling.Bounded)
    {
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(_script.Props, scheduling));
        return RawClient.Connect(address);
    }
}
