using Akka.Actor;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>Actors by path.</summary>
public sealed class SelectionSpec : EngineSpec
{
    private sealed class Family : UntypedActor
    {
        private readonly int _children;

        public Family(int children)
        {
            _children = children;
        }

        protected override void PreStart()
        {
            for (var i = 0; i < _children; i++)
                Context.ActorOf(Props.Create(() => new Family(0)), $"child-{i}");
        }

        protected override void OnReceive(object message)
        {
            if (message is string path && path.StartsWith("select ", StringComparison.Ordinal))
                Context.ActorSelection(path["select ".Length..]).Tell("who", Sender);
            else
                Sender.Tell(Self.Path.Name);
        }
    }

    private async Task<IActorRef> StartFamily()
    {
        var family = Sys.ActorOf(Props.Create(() => new Family(3)), "family");
        await family.Ask<string>("ready", Patience);
        return family;
    }

    [Fact]
    public async Task By_absolute_path()
    {
        var family = await StartFamily();
        Sys.ActorSelection("/user/family/child-1").Tell("who", TestActor);
        await ExpectMsgAsync("child-1");
        Sys.ActorSelection(family.Path / "child-2").Tell("who", TestActor);
        await ExpectMsgAsync("child-2");
        Sys.ActorSelection(family.Path.ToString()).Tell("who", TestActor);
        await ExpectMsgAsync("family");
        Assert.Equal(family, await Sys.ActorSelection("/user/family").ResolveOne(Patience));
    }

    [Fact]
    public async Task By_relative_path()
    {
        var family = await StartFamily();
        family.Tell("select child-0", TestActor);
        await ExpectMsgAsync("child-0");
        var child = await Sys.ActorSelection("/user/family/child-0").ResolveOne(Patience);
        child.Tell("select ../child-2", TestActor);
        await ExpectMsgAsync("child-2");
        child.Tell("select ..", TestActor);
        await ExpectMsgAsync("family");
    }

    [Fact]
    public async Task Above_the_root_is_the_root()
    {
        var family = await StartFamily();
        Assert.Equal(family, await Sys.ActorSelection("../../user/family").ResolveOne(Patience));
    }

    [Fact]
    public void All_descendants_can_only_be_the_end_of_a_path() =>
        Assert.Throws<IllegalActorNameException>(() => Sys.ActorSelection("/user/**/child-0"));

    [Theory]
    [InlineData("/user/family/*")]
    [InlineData("/user/*/child-?")]
    public async Task By_pattern(string path)
    {
        await StartFamily();
        Sys.ActorSelection(path).Tell("who", TestActor);
        var names = new HashSet<string>();
        for (var i = 0; i < 3; i++)
            names.Add(await ExpectMsgAsync<string>());
        Assert.Equal(["child-0", "child-1", "child-2"], names.Order());
    }

    [Fact]
    public async Task Who_is_not_there_has_no_identity()
    {
        var identity = await Sys.ActorSelection("/user/nobody").Ask<ActorIdentity>(new Identify(7), Patience);
        Assert.Equal(7, identity.MessageId);
        Assert.Null(identity.Subject);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/nobody").ResolveOne(Patience));
        Assert.Null((await Sys.ActorSelection("/user/nobody/*").Ask<ActorIdentity>(new Identify(8), Patience)).Subject);

        var family = await StartFamily();
        family.Tell(new Identify("id"), TestActor);
        Assert.Equal(family, (await ExpectMsgAsync<ActorIdentity>()).Subject);
    }

    [Fact]
    public async Task A_message_to_nobody_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.DeadLetter));
        Sys.ActorSelection("/user/nobody/at/all").Tell("lost", ActorRefs.NoSender);
        Assert.Equal("lost", (await FishForMessageAsync<Akka.Event.DeadLetter>(letter => letter.Message is string)).Message);
    }

    [Fact]
    public void A_path_can_be_read()
    {
        var path = ActorPath.Parse("akka://system/user/a/b#7");
        Assert.Equal(["user", "a", "b"], path.Elements);
        Assert.Equal("b", path.Name);
        Assert.Equal(7, path.Uid);
        Assert.Equal("akka://system/user/a/b", path.ToString());
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal(ActorPath.Parse("akka://system/user/a"), path.Parent);
        Assert.NotEqual(ActorPath.Parse("akka://other/user/a"), path.Parent);
        Assert.False(ActorPath.TryParse("no path", out _));
    }
}
