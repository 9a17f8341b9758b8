using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Where actors run: the default, those that the configuration names, and one that a user wrote.</summary>
public sealed class DispatcherSpec() : EngineSpec(
    $$"""
    pinned { type = PinnedDispatcher }
    workers {
      type = ForkJoinDispatcher
      throughput = 10
      dedicated-thread-pool { thread-count = 2 }
    }
    narrow { type = Dispatcher, throughput = 1 }
    by-class { type = "{{typeof(OneThreadDispatcherConfigurator).AssemblyQualifiedName}}", throughput = 7 }
    by-unknown-class { type = "No.Such.Class, NoSuchAssembly" }
    """)
{
    private sealed class ThreadReporting : UntypedActor
    {
        private readonly IActorRef _report;

        public ThreadReporting(IActorRef report)
        {
            _report = report;
            Report("constructor");
        }

        protected override void PreStart() => Report("PreStart");

        protected override void PostRestart(Exception reason) => Report("PostRestart");

        protected override void PostStop() => Report("PostStop");

        protected override void OnReceive(object message)
        {
            if (message is Fail fail)
                throw fail.Cause;
            if (message is "async")
                RunTask(Later);
            else if (message is Terminated)
                Report("Terminated");
            else if (message is IActorRef other)
                Context.Watch(other);
            else
                Report(message.ToString()!);
        }

        private async Task Later()
        {
            await Task.Delay(1);
            Report("later");
        }

        private void Report(string what) => _report.Tell((what, Environment.CurrentManagedThreadId));
    }

    [Fact]
    public async Task Everything_that_an_actor_does_it_does_on_its_own_dispatcher()
    {
        var configurator = new OneThreadDispatcherConfigurator(
            ConfigurationFactory.ParseString("id = one-thread, throughput = 5"), Sys.Dispatchers.Prerequisites);
        using var dispatcher = configurator.Instance;
        Assert.True(Sys.Dispatchers.RegisterConfigurator("one-thread", configurator));
        Assert.False(Sys.Dispatchers.RegisterConfigurator("one-thread", configurator));
        Assert.True(Sys.Dispatchers.HasDispatcher("one-thread"));
        Assert.Same(dispatcher, Sys.Dispatchers.Lookup("one-thread"));
        Assert.Equal(5, dispatcher.Throughput);
        Assert.Equal("one-thread", dispatcher.Id);

        var probe = CreateTestProbe();
        var parent = StartParent(_ => Directive.Restart);
        var child = await StartChild(parent, Props.Create(() => new ThreadReporting(probe.Ref)).WithDispatcher("one-thread"));
        var other = CreateTestProbe();
        var watched = Sys.ActorOf(Props.Create(() => new ThreadReporting(other.Ref)));

        child.Tell("message");
        child.Tell("async");
        child.Tell(watched);
        child.Tell(new Fail(new TestException("boom")));
        child.Tell("restarted");
        foreach (var expected in new[] { "constructor", "PreStart", "message", "later", "PostStop", "constructor", "PostRestart", "restarted" })
            await ExpectOn(probe, expected, dispatcher.ThreadId);
        child.Tell(watched);
        child.Tell("watching");
        await ExpectOn(probe, "watching", dispatcher.ThreadId);
        Sys.Stop(watched);
        await ExpectOn(probe, "Terminated", dispatcher.ThreadId);
        Sys.Stop(child);
        await ExpectOn(probe, "PostStop", dispatcher.ThreadId);
    }

    private static async Task ExpectOn(TestProbe probe, string what, int thread)
    {
        var (told, on) = await probe.ExpectMsgAsync<(string What, int Thread)>();
        Assert.Equal(what, told);
        Assert.Equal(thread, on);
    }

    [Fact]
    public async Task A_dispatcher_may_be_configured_by_the_name_of_a_class()
    {
        using var dispatcher = Assert.IsType<OneThreadDispatcher>(Sys.Dispatchers.Lookup("by-class"));
        Assert.Equal("by-class", dispatcher.Id);
        Assert.Equal(7, dispatcher.Throughput);
        Assert.Same(dispatcher, Sys.Dispatchers.Lookup("by-class"));

        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Create(() => new ThreadReporting(probe.Ref)).WithDispatcher("by-class"));
        await ExpectOn(probe, "constructor", dispatcher.ThreadId);
        await ExpectOn(probe, "PreStart", dispatcher.ThreadId);
        Sys.Stop(actor);
        await ExpectOn(probe, "PostStop", dispatcher.ThreadId);
    }

    [Fact]
    public void A_class_that_does_not_exist_is_a_configuration_error() =>
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("by-unknown-class"));

    [Fact]
    public async Task A_dispatcher_runs_what_is_scheduled_on_it()
    {
        var configurator = new OneThreadDispatcherConfigurator(
            ConfigurationFactory.ParseString("id = one-thread"), Sys.Dispatchers.Prerequisites);
        using var dispatcher = configurator.Instance;

        dispatcher.Schedule(() => TestActor.Tell(Environment.CurrentManagedThreadId, ActorRefs.NoSender));

        Assert.Equal(dispatcher.ThreadId, await ExpectMsgAsync<int>());
    }

    [Fact]
    public async Task A_pinned_actor_has_a_thread_of_its_own()
    {
        var probe = CreateTestProbe();
        var first = Sys.ActorOf(Props.Create(() => new ThreadReporting(probe.Ref)).WithDispatcher("pinned"));
        var (_, one) = await probe.ExpectMsgAsync<(string, int)>();
        await probe.ExpectMsgAsync(("PreStart", one));
        for (var i = 0; i < 10; i++)
        {
            first.Tell($"{i}");
            await probe.ExpectMsgAsync(($"{i}", one));
        }

        Sys.ActorOf(Props.Create(() => new ThreadReporting(probe.Ref)).WithDispatcher("pinned"));
        var (_, two) = await probe.ExpectMsgAsync<(string, int)>();
        Assert.NotEqual(one, two);
    }

    [Fact]
    public async Task A_dispatcher_with_its_own_threads_uses_no_others()
    {
        var probe = CreateTestProbe();
        for (var i = 0; i < 20; i++)
            Sys.ActorOf(Props.Create(() => new ThreadReporting(probe.Ref)).WithDispatcher("workers"));

        var threads = new HashSet<int>();
        for (var i = 0; i < 40; i++)
            threads.Add((await probe.ExpectMsgAsync<(string, int Thread)>()).Thread);
        Assert.InRange(threads.Count, 1, 2);
        Assert.Equal(10, Sys.Dispatchers.Lookup("workers").Throughput);
    }

    [Fact]
    public void An_unknown_dispatcher_is_a_configuration_error()
    {
        Assert.False(Sys.Dispatchers.HasDispatcher("unknown"));
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("unknown"));
        Assert.Throws<ConfigurationException>(() =>
            Sys.ActorOf(Props.Create(() => new Parent(SupervisorStrategy.StoppingStrategy)).WithDispatcher("unknown")));
    }

    private sealed class Turning : UntypedActor
    {
        private readonly List<IActorRef> _order;

        public Turning(List<IActorRef> order)
        {
            _order = order;
        }

        protected override void OnReceive(object message)
        {
            // On the one thread of its dispatcher.
            _order.Add(Self);
            if (message is TaskCompletionSource done)
                done.SetResult();
        }
    }

    [Fact]
    public async Task Throughput_says_how_many_messages_an_actor_may_handle_before_others_have_their_turn()
    {
        var configurator = new OneThreadDispatcherConfigurator(
            ConfigurationFactory.ParseString("id = turns, throughput = 10"), Sys.Dispatchers.Prerequisites);
        using var dispatcher = configurator.Instance;
        Sys.Dispatchers.RegisterConfigurator("turns", configurator);
        var order = new List<IActorRef>();
        var props = Props.Create(() => new Turning(order)).WithDispatcher("turns");
        var (one, two) = (Sys.ActorOf(props), Sys.ActorOf(props));
        using var go = new ManualResetEventSlim();
        var (oneDone, twoDone) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        dispatcher.Schedule(() => go.Wait(Patience));
        for (var i = 0; i < 100; i++)
        {
            one.Tell("message");
            two.Tell("message");
        }

        one.Tell(oneDone);
        two.Tell(twoDone);
        go.Set();
        await Task.WhenAll(oneDone.Task, twoDone.Task).WaitAsync(Patience);

        // Akka counts one more than the throughput.
        var longest = 0;
        var run = 0;
        for (var i = 0; i < 200; i++)
        {
            run = i > 0 && ReferenceEquals(order[i], order[i - 1]) ? run + 1 : 1;
            longest = Math.Max(longest, run);
        }

        Assert.InRange(longest, 10, 11);
    }

    private sealed class Waiting(IActorRef other) : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(other.Ask<string>(message, Patience).GetAwaiter().GetResult());
    }

    [Fact]
    public async Task An_actor_that_holds_its_thread_until_another_one_answers_is_answered()
    {
        var other = Sys.ActorOf(Props.Create(() => new Player()));
        var waiting = Sys.ActorOf(Props.Create(() => new Waiting(other)));
        for (var i = 0; i < 20; i++)
            Assert.Equal("hello", await waiting.Ask<string>("hello", Patience));
    }

    private sealed class Player : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    [Fact]
    public async Task Actors_that_never_rest_leave_others_their_turn()
    {
        var players = Enumerable.Range(0, 2 * Environment.ProcessorCount + 2).Select(_ => Sys.ActorOf(Props.Create(() => new Player()))).ToList();
        for (var i = 0; i + 1 < players.Count; i += 2)
        {
            for (var ball = 0; ball < 3; ball++)
                players[i].Tell("ball", players[i + 1]);
        }

        // The pool's own work and other actors must have their turn in spite of it.
        await Task.Run(() => { }).WaitAsync(Patience);
        for (var i = 0; i < 10; i++)
        {
            var other = Sys.ActorOf(Props.Create(() => new Player()));
            Assert.Equal("hello", await other.Ask<string>("hello", Patience));
        }

        foreach (var player in players)
            Sys.Stop(player);
    }
}
