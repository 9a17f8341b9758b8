using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>The actor system as a whole: extensions, settings, its end, and a great many actors.</summary>
public sealed class SystemSpec : EngineSpec
{
    private sealed class Counting : IExtension
    {
        public Counting(ExtendedActorSystem system)
        {
            System = system;
        }

        public ExtendedActorSystem System { get; }
    }

    private sealed class CountingProvider : ExtensionIdProvider<Counting>
    {
        private int _made;

        public int Made => _made;

        public override Counting CreateExtension(ExtendedActorSystem system)
        {
            Interlocked.Increment(ref _made);
            system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString("counting { from = one, name = default }"));
            return new Counting(system);
        }
    }

    [Fact]
    public async Task An_extension_is_made_once()
    {
        var provider = new CountingProvider();
        Assert.False(Sys.HasExtension<Counting>());

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => provider.Apply(Sys))));

        Assert.Single(all.Distinct());
        Assert.Equal(1, provider.Made);
        Assert.Same(Sys, all[0].System);
        Assert.Same(all[0], Sys.WithExtension<Counting>());
        Assert.Same(all[0], Sys.GetExtension<Counting>());
        Assert.Same(all[0], provider.Get(Sys));
        Assert.Equal("one", Sys.Settings.Config.GetString("counting.from"));
    }

    [Fact]
    public async Task What_the_user_says_wins_over_an_extensions_defaults()
    {
        var system = ActorSystem.Create("other", "counting.name = mine");
        new CountingProvider().Apply(system);
        Assert.Equal("mine", system.Settings.Config.GetString("counting.name"));
        Assert.Equal("one", system.Settings.Config.GetString("counting.from"));
        await system.Terminate();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a_b")]
    public void Some_names_are_not_allowed(string name) => Assert.Throws<ArgumentException>(() => ActorSystem.Create(name));

    [Fact]
    public void A_provider_that_is_not_there_is_a_configuration_error() =>
        Assert.Throws<ConfigurationException>(() => ActorSystem.Create("provider", "akka.actor.provider = \"No.Such.Provider, Nowhere\""));

    [Fact]
    public async Task Termination_stops_all_actors_then_runs_the_callbacks_then_completes()
    {
        var system = ActorSystem.Create("other");
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        for (var i = 0; i < 10; i++)
            system.ActorOf(Props.Create(() => new Ending(order)));
        system.RegisterOnTermination(() => order.Enqueue("registered first"));
        system.RegisterOnTermination(() => order.Enqueue("registered last"));
        Assert.False(system.WhenTerminated.IsCompleted);

        await system.Terminate().WaitAsync(Patience);

        await system.WhenTerminated.WaitAsync(Patience);
        Assert.Equal([.. Enumerable.Repeat("PostStop", 10), "registered last", "registered first"], order);
        await system.Terminate().WaitAsync(Patience);
    }

    private sealed class Ending : UntypedActor
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _order;

        public Ending(System.Collections.Concurrent.ConcurrentQueue<string> order)
        {
            _order = order;
        }

        protected override void PostStop() => _order.Enqueue("PostStop");

        protected override void OnReceive(object message)
        {
        }
    }

    [Fact]
    public async Task A_system_that_is_terminated_makes_no_actors()
    {
        var system = ActorSystem.Create("other");
        var actor = system.ActorOf(Props.Create(() => new Parent(SupervisorStrategy.StoppingStrategy)));
        await system.Terminate().WaitAsync(Patience);
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new Parent(SupervisorStrategy.StoppingStrategy))));
        actor.Tell("into the void", ActorRefs.NoSender);
    }

    private sealed class Leaf : UntypedActor
    {
        private readonly IActorRef _report;

        public Leaf(IActorRef report)
        {
            _report = report;
        }

        protected override void OnReceive(object message) => _report.Tell(message);
    }

    private sealed class Crowd : UntypedActor
    {
        private readonly int _size;
        private readonly IActorRef _report;
        private int _heard;

        public Crowd(int size, IActorRef report)
        {
            _size = size;
            _report = report;
        }

        protected override void OnReceive(object message)
        {
            if (message is "go")
            {
                for (var i = 0; i < _size; i++)
                    Context.ActorOf(Props.Create<Leaf>(Self)).Tell("hello");
            }
            else if (++_heard == _size)
            {
                _report.Tell("all");
            }
        }
    }

    [Fact]
    public async Task A_hundred_thousand_actors()
    {
        var crowd = Sys.ActorOf(Props.Create(() => new Crowd(100_000, TestActor)));
        Watch(crowd);
        crowd.Tell("go");
        await ExpectMsgAsync("all", TimeSpan.FromMinutes(2));
        Sys.Stop(crowd);
        await ExpectTerminatedAsync(crowd, TimeSpan.FromMinutes(2));
    }
}
