using Netpoll.Bench.Plans;
using Xunit;

namespace Netpoll.Actors.Tests.Bench;

public sealed class WorkloadSpec
{
    [Theory]
    [InlineData(Shape.Pool, 100, 100, 1, 0)]
    [InlineData(Shape.Idle, 100, 100, 1, 400)]
    [InlineData(Shape.Mux, 1, 1, 1, 0)]
    [InlineData(Shape.Mux, 1000, 4, 250, 0)]
    public void A_shape_at_a_concurrency_is_that_of_the_seed(Shape shape, int concurrency, int connections, int inFlight, int idle)
    {
        Workload load = Workload.Of(shape, concurrency);

        Assert.Equal((connections, inFlight, idle), (load.Connections, load.InFlight, load.Idle));
        Assert.Equal(concurrency, load.Concurrency);
    }

    [Fact]
    public void Every_name_has_loads() =>
        Assert.All(Workloads.Names, name => Assert.NotEmpty(Workloads.Of(name, connections: null, bodies: null, rate: 0)));
}
