using Netpoll.Bench.Load.Loads;
using Netpoll.Bench.Load.Recording;
using Xunit;

namespace Netpoll.Actors.Tests.Bench;

public sealed class OpenLoopSpec
{
    [Fact]
    public void Requests_are_due_at_the_rate_on_the_connections_in_turn()
    {
        var pace = new OpenLoop(rate: 1000, connections: 4);
        long later = pace.DueTime(0) + Clock.Second;

        Assert.True(pace.IsDue(connection: 1, taken: 0, later, out long first));
        Assert.True(pace.IsDue(connection: 1, taken: 1, later, out long second));

        Assert.Equal(Clock.Millisecond, first - pace.DueTime(0));
        Assert.Equal(4 * Clock.Millisecond, second - first);
    }

    [Fact]
    public void A_request_that_had_to_wait_is_still_due_when_it_was()
    {
        var pace = new OpenLoop(rate: 1000, connections: 1);
        long due = pace.DueTime(10);

        Assert.True(pace.IsDue(0, taken: 10, due + Clock.Second, out long told));
        Assert.Equal(due, told);
    }

    [Fact]
    public void Nothing_is_due_before_its_time()
    {
        var pace = new OpenLoop(rate: 1000, connections: 1);

        Assert.False(pace.IsDue(0, taken: 10, pace.DueTime(10) - 1, out _));
    }
}
