using Akka.Actor;
using Netpoll.Actors.Pollers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Dispatch;

/// <summary>Which threads actors run on.</summary>
public sealed class DispatcherSpec : NetpollSpec
{
    // The dispatchers are there once the extension is.
    public DispatcherSpec(ITestOutputHelper output)
        : base(output, "netpoll { pollers = 3, workers = 2 }") => Sys.Netpoll();

    [Fact]
    public async Task An_actor_on_a_poller_lives_on_its_loops_thread_from_birth_to_death()
    {
        foreach (PollerRef poller in Sys.Netpoll().Pollers)
        {
            Recorder<(string What, EventLoop? Loop)> seen = new();
            IActorRef actor = Sys.ActorOf(Observer.Props(what => seen.Add((what, EventLoop.Current))).WithDispatcher(poller.DispatcherId));
            for (int i = 0; i < 100; i++)
            {
                actor.Tell(i);
            }

            await StopAsync(actor);
            List<(string What, EventLoop? Loop)> all = seen.Rest();
            Assert.Equal(102, all.Count);
            Assert.All(all, at => Assert.Same(poller.Loop, at.Loop));
        }
    }

    [Fact]
    public async Task Every_poller_has_a_thread_of_its_own()
    {
        HashSet<string?> names = [];
        foreach (PollerRef poller in Sys.Netpoll().Pollers)
        {
            Recorder<string?> name = new();
            Sys.ActorOf(Observer.Props(_ => name.Add(Thread.CurrentThread.Name)).WithDispatcher(poller.DispatcherId));
            names.Add(await name.NextAsync());
        }

        Assert.Equal(["0", "1", "2"], names.Select(full => full!.Split("-poller-")[1]).Order());
    }

    [Fact]
    public async Task A_message_between_actors_of_one_poller_needs_no_other_thread()
    {
        PollerRef poller = Sys.Netpoll().Pollers[0];
        Recorder<int> pongs = new();
        IActorRef pong = Sys.ActorOf(PingPong.Props(ActorRefs.Nobody, pongs).WithDispatcher(poller.DispatcherId));
        IActorRef ping = Sys.ActorOf(PingPong.Props(pong, pongs).WithDispatcher(poller.DispatcherId));
        ping.Tell(10_000);
        Assert.Equal(0, await pongs.NextAsync());
    }

    [Fact]
    public async Task Actors_on_the_bounded_dispatcher_run_on_its_workers_and_never_more_than_those()
    {
        int running = 0;
        int most = 0;
        Recorder<string?> threads = new();
        IActorRef[] actors = [.. Enumerable.Range(0, 20).Select(_ => Sys.ActorOf(Observer.Props(what =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            threads.Add(Thread.CurrentThread.Name);
            Interlocked.Decrement(ref running);
        }).WithDispatcher(NetpollExtension.BoundedDispatcherId)))];
        for (int i = 0; i < 200; i++)
        {
            foreach (IActorRef actor in actors)
            {
                actor.Tell(i);
            }
        }

        List<string?> names = await threads.NextAsync(20 * 201);
        Assert.All(names, name => Assert.Contains("-worker-", name, StringComparison.Ordinal));
        Assert.InRange(names.Distinct().Count(), 1, 2);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task A_blocked_actor_leaves_the_other_workers_to_the_others()
    {
        using Gate gate = new();
        Recorder<string> blocked = new();
        Sys.ActorOf(Observer.Props(what =>
        {
            blocked.Add(what);
            gate.Wait();
        }).WithDispatcher(NetpollExtension.BoundedDispatcherId));
        await blocked.NextAsync();

        Recorder<string> seen = new();
        IActorRef other = Sys.ActorOf(Observer.Props(seen.Add).WithDispatcher(NetpollExtension.BoundedDispatcherId));
        other.Tell(1);
        Assert.Equal(["started", "1"], await seen.NextAsync(2));
    }

    [Fact]
    public async Task Each_actor_handles_one_message_at_a_time_and_in_order()
    {
        Recorder<string> seen = new();
        int inside = 0;
        IActorRef actor = Sys.ActorOf(Observer.Props(what =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            seen.Add(what);
            Interlocked.Decrement(ref inside);
        }).WithDispatcher(NetpollExtension.BoundedDispatcherId));
        for (int i = 0; i < 10_000; i++)
        {
            actor.Tell(i);
        }

        Assert.Equal("started", await seen.NextAsync());
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i}"), await seen.NextAsync(10_000));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        int seen = Volatile.Read(ref most);
        while (now > seen && Interlocked.CompareExchange(ref most, now, seen) is int other && other != seen)
        {
            seen = other;
        }
    }

    private sealed class Observer(Action<string> see) : UntypedActor
    {
        public static Props Props(Action<string> see) => Akka.Actor.Props.CreateBy(new Producer<Observer>(() => new Observer(see)));

        protected override void PreStart() => see("started");

        protected override void OnReceive(object message)
        {
            see($"{message}");
        }

        protected override void PostStop() => see("stopped");
    }

    private sealed class PingPong(IActorRef other, Recorder<int> ends) : UntypedActor
    {
        public static Props Props(IActorRef other, Recorder<int> ends) =>
            Akka.Actor.Props.CreateBy(new Producer<PingPong>(() => new PingPong(other, ends)));

        protected override void OnReceive(object message)
        {
            int left = (int)message;
            if (left == 0)
            {
                ends.Add(0);
            }
            else
            {
                (other.IsNobody() ? Sender : other).Tell(left - 1);
            }
        }
    }
}
