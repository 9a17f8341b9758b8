using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Loops;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>The end of a loop: what it had is closed, and nothing that comes later waits for ever.</summary>
public sealed class EventLoopStopSpec
{
    [Fact]
    public async Task Stopping_closes_every_channel()
    {
        using TempDirectory directory = new();
        using ConnectedPair reading = ConnectedPair.Unix();
        using ConnectedPair suspended = ConnectedPair.Unix();
        NetAddress address = NetAddress.Unix(directory.File("s"));
        ListenChannel listener = ListenChannel.Open(address, new System.Net.Sockets.UnixDomainSocketEndPoint(address.Path!), SocketOptions.Default);
        RecordingReceiver receiver = new();
        TestLoop loop = new();
        await loop.RunAsync(() =>
        {
            loop.Loop.Add(reading.Near, receiver);
            loop.Loop.Add(suspended.Near, receiver, PollInterest.None);
            loop.Loop.Add(listener, new NoReceiver());
            Assert.Equal(3, loop.Loop.ChannelCount);
        });
        suspended.Far.Close();
        await Eventually.Holds(() => receiver.HangUps == 1, "the hang-up is told");

        await loop.DisposeAsync();
        Assert.False(reading.Near.IsOpen || suspended.Near.IsOpen || listener.IsOpen);
        Assert.False(File.Exists(address.Path));
        Assert.Equal(0, loop.Loop.ChannelCount);
        Assert.Equal(PollReadiness.HangUp, Readiness.Now(reading.FarSocket.Descriptor, PollInterest.None));
    }

    [Fact]
    public async Task Work_that_came_before_the_stop_runs_before_it_ends()
    {
        TestLoop loop = new();
        int onLoop = 0;
        for (int i = 0; i < 10_000; i++)
        {
            loop.Loop.Execute(() => onLoop += loop.Loop.IsOnLoop ? 1 : 0);
        }

        await loop.Loop.StopAsync().InTime();
        Assert.Equal(10_000, onLoop);
        Assert.True(loop.Loop.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Work_that_comes_after_the_end_still_runs_but_not_on_the_loop()
    {
        TestLoop loop = new();
        await loop.Loop.StopAsync().InTime();
        Assert.False(await loop.RunAsync(() => loop.Loop.IsOnLoop));
        Assert.Null(EventLoop.Current);
    }

    [Fact]
    public async Task No_work_is_lost_or_run_twice_by_a_stop_in_its_midst()
    {
        const int Each = 20_000;
        TestLoop loop = new(new EventLoopOptions { MaxWorkItemsPerRound = 100 });
        int[] runs = new int[4 * Each];
        using CountdownEvent left = new(runs.Length);
        using Barrier start = new(5);
        Task[] producers = [.. Enumerable.Range(0, 4).Select(producer => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < Each; i++)
            {
                int number = (producer * Each) + i;
                loop.Loop.Execute(() =>
                {
                    Interlocked.Increment(ref runs[number]);
                    left.Signal();
                });
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        start.SignalAndWait();
        await loop.Loop.StopAsync().InTime();
        await Task.WhenAll(producers).InTime();
        await Eventually.Holds(() => left.IsSet, "all work has run");
        Assert.All(runs, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Wake_ups_that_come_late_meet_a_closed_poller_without_harm()
    {
        for (int i = 0; i < 200; i++)
        {
            TestLoop loop = new();
            using Barrier start = new(3);
            Task[] late = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                for (int j = 0; j < 20; j++)
                {
                    loop.Loop.Execute(() => { });
                }
            }))];
            start.SignalAndWait();
            Task stopped = loop.Loop.StopAsync();
            await Task.WhenAll([stopped, .. late]).InTime();
        }
    }

    [Fact]
    public async Task Stopping_twice_from_anywhere_and_without_a_start_is_harmless()
    {
        TestLoop loop = new();
        Task onLoop = await loop.RunAsync(() => loop.Loop.StopAsync());
        await Task.WhenAll(onLoop, loop.Loop.StopAsync(), loop.Loop.DisposeAsync().AsTask()).InTime();

        EventLoop never = new();
        TaskCreationOptions asynchronous = TaskCreationOptions.RunContinuationsAsynchronously;
        TaskCompletionSource ran = new(asynchronous);
        never.Execute(ran.SetResult);
        await never.StopAsync().InTime();
        await never.StopAsync().InTime();
        await ran.Task.InTime();
        never.Start();
        TaskCompletionSource ranLate = new(asynchronous);
        never.Execute(ranLate.SetResult);
        await ranLate.Task.InTime();
    }

    [Fact]
    public async Task A_channel_is_taken_in_on_the_loops_thread_only_and_not_after_its_end()
    {
        using ConnectedPair pair = ConnectedPair.Unix();
        TestLoop loop = new(new EventLoopOptions { Name = "strict" });
        string problem = Assert.Throws<InvalidOperationException>(() => loop.Loop.Add(pair.Near, new RecordingReceiver())).Message;
        Assert.Contains("'strict'", problem, StringComparison.Ordinal);
        await loop.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.RunAsync(() => loop.Loop.Add(pair.Near, new RecordingReceiver())));
        Assert.True(pair.Near.IsOpen);
    }

    [Fact]
    public async Task The_pollers_resources_are_freed_at_the_end()
    {
        ScriptedPoller poller = new();
        TestLoop loop = new(poller: poller);
        Assert.False(poller.IsDisposed);
        await loop.DisposeAsync();
        Assert.True(poller.IsDisposed);
    }

    private sealed class NoReceiver : IAcceptReceiver
    {
        public void OnAcceptable()
        {
        }
    }
}
