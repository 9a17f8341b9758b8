using Echo.Load;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

public sealed class LoadConnectionSpec
{
    [Fact]
    public void A_connection_that_is_lost_before_the_load_begins_is_one_error()
    {
        using ConnectedPair pair = ConnectedPair.Unix();
        var meter = new LoadMeter(1);
        using var connection = new LoadConnection(0, inFlight: 1, new EchoFrame(8), pair.Near, meter, BlockPool.Shared);
        pair.Far.Close();
        connection.OnReadable();

        connection.Start();

        Assert.Equal(1, meter.Errors);
    }
}
