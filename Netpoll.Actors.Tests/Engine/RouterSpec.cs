using Akka.Actor;
using Akka.Routing;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Pools.</summary>
public sealed class RouterSpec : EngineSpec
{
    private sealed class Worker : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Fail fail)
                throw fail.Cause;
            Sender.Tell(Self);
        }
    }

    private IActorRef StartPool(int size) => Sys.ActorOf(new RoundRobinPool(size).Props(Props.Create(() => new Worker())));

    [Fact]
    public async Task Round_robin_goes_round()
    {
        var pool = StartPool(3);
        var turns = new List<IActorRef>();
        for (var i = 0; i < 9; i++)
        {
            pool.Tell("turn", TestActor);
            turns.Add(await ExpectMsgAsync<IActorRef>());
        }

        Assert.Equal(3, turns.Distinct().Count());
        for (var i = 3; i < 9; i++)
            Assert.Equal(turns[i - 3], turns[i]);
        Assert.All(turns, routee => Assert.Equal(pool.Path, routee.Path.Parent));
    }

    [Fact]
    public async Task A_broadcast_goes_to_all()
    {
        var pool = StartPool(4);
        pool.Tell(new Broadcast("all"), TestActor);
        var told = new HashSet<IActorRef>();
        for (var i = 0; i < 4; i++)
            told.Add(await ExpectMsgAsync<IActorRef>());
        Assert.Equal(4, told.Count);
    }

    [Fact]
    public async Task A_pool_knows_its_routees()
    {
        var routees = await StartPool(4).Ask<Routees>(new GetRoutees(), Patience);
        Assert.Equal(4, routees.Members.Count());
    }

    [Fact]
    public async Task A_routee_that_ends_is_left_out_and_the_pool_ends_with_the_last()
    {
        var pool = StartPool(2);
        Watch(pool);
        pool.Tell("turn", TestActor);
        var first = await ExpectMsgAsync<IActorRef>();
        pool.Tell("turn", TestActor);
        var second = await ExpectMsgAsync<IActorRef>();
        Watch(first);

        Sys.Stop(first);
        await ExpectTerminatedAsync(first);
        await AwaitAssertAsync(async () => Assert.Single((await pool.Ask<Routees>(new GetRoutees(), Patience)).Members));
        for (var i = 0; i < 4; i++)
        {
            pool.Tell("turn", TestActor);
            Assert.Equal(second, await ExpectMsgAsync<IActorRef>());
        }

        Sys.Stop(second);
        await ExpectTerminatedAsync(pool);
    }

    [Fact]
    public async Task A_routee_is_restarted_as_often_as_it_fails()
    {
        var pool = StartPool(1);
        for (var i = 0; i < 20; i++)
            pool.Tell(new Fail(new TestException("again")));
        pool.Tell("turn", TestActor);
        await ExpectMsgAsync<IActorRef>();
    }

    [Fact]
    public async Task A_pool_whose_routees_are_killed_ends()
    {
        var pool = StartPool(3);
        Watch(pool);
        pool.Tell(new Broadcast(Kill.Instance));
        await ExpectTerminatedAsync(pool);
    }

    [Fact]
    public async Task A_pool_that_is_stopped_ends_with_its_routees()
    {
        var pool = StartPool(2);
        pool.Tell("turn", TestActor);
        var routee = await ExpectMsgAsync<IActorRef>();
        Watch(pool);
        var probe = CreateTestProbe();
        probe.Watch(routee);

        pool.Tell(PoisonPill.Instance);

        await probe.ExpectTerminatedAsync(routee);
        await ExpectTerminatedAsync(pool);
    }
}
