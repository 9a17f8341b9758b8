using Akka.Configuration;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Polling;
using Xunit;

namespace Netpoll.Actors.Tests.Pollers;

/// <summary>What the configuration says, what it is when it says nothing, and what is said of nonsense.</summary>
public sealed class NetpollSettingsSpec
{
    [Fact]
    public void The_defaults_are_these()
    {
        NetpollSettings settings = NetpollSettings.Create(ConfigurationFactory.Empty);
        Assert.Equal(Environment.ProcessorCount, settings.Pollers);
        Assert.Equal(Math.Max(4, 2 * Environment.ProcessorCount), settings.Workers);
        Assert.Equal(PollerBackend.Auto, settings.Backend);
        Assert.Equal(64, settings.PollerThroughput);
        Assert.Equal(64, settings.WorkerThroughput);
        Assert.Equal(128, settings.MaxEventsPerWait);
        Assert.Equal(1024, settings.MaxWorkItemsPerRound);
        Assert.Null(settings.ZeroCopySendFrom);
    }

    [Fact]
    public void Every_setting_can_be_set()
    {
        NetpollSettings settings = Read("""
            netpoll {
              pollers = 3
              workers = 5
              poller { backend = io-uring, throughput = 7, max-events-per-wait = 11, max-work-items-per-round = 13, zero-copy-send-from = 64KiB }
              bounded-dispatcher.throughput = 17
            }
            """);
        Assert.Equal((3, 5), (settings.Pollers, settings.Workers));
        Assert.Equal(PollerBackend.IoUring, settings.Backend);
        Assert.Equal((7, 11, 13), (settings.PollerThroughput, settings.MaxEventsPerWait, settings.MaxWorkItemsPerRound));
        Assert.Equal(64 * 1024, settings.ZeroCopySendFrom);
        Assert.Equal(17, settings.WorkerThroughput);
    }

    [Fact]
    public void What_is_not_said_keeps_its_default()
    {
        NetpollSettings settings = Read("netpoll.poller.throughput = 7");
        Assert.Equal((7, 128, 64), (settings.PollerThroughput, settings.MaxEventsPerWait, settings.WorkerThroughput));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("AUTO")]
    [InlineData("\"auto\"")]
    public void Counts_may_be_left_to_the_machine(string value)
    {
        NetpollSettings settings = Read($"netpoll {{ pollers = {value}, workers = {value} }}");
        Assert.Equal(Environment.ProcessorCount, settings.Pollers);
        Assert.Equal(Math.Max(4, 2 * Environment.ProcessorCount), settings.Workers);
    }

    [Theory]
    [InlineData("pollers", "0", "a whole number from 1 to 1024 or 'auto'")]
    [InlineData("pollers", "-1", "a whole number from 1 to 1024 or 'auto'")]
    [InlineData("pollers", "1025", "a whole number from 1 to 1024 or 'auto'")]
    [InlineData("pollers", "many", "a whole number from 1 to 1024 or 'auto'")]
    [InlineData("pollers", "\"\"", "a whole number from 1 to 1024 or 'auto'")]
    [InlineData("workers", "0", "a whole number from 1 to 1024 or 'auto'")]
    [InlineData("workers", "2.5", "a whole number from 1 to 1024 or 'auto'")]
    [InlineData("poller.backend", "select", "one of 'auto', 'epoll', 'io-uring', 'kqueue', 'poll'")]
    [InlineData("poller.throughput", "0", "a whole number from 1 to 2147483647")]
    [InlineData("poller.throughput", "auto", "a whole number from 1 to 2147483647")]
    [InlineData("poller.max-events-per-wait", "65537", "a whole number from 1 to 65536")]
    [InlineData("poller.max-events-per-wait", "0", "a whole number from 1 to 65536")]
    [InlineData("poller.max-work-items-per-round", "0", "a whole number from 1 to 2147483647")]
    [InlineData("poller.max-work-items-per-round", "99999999999", "a whole number from 1 to 2147483647")]
    [InlineData("poller.zero-copy-send-from", "0", "a size from 1 byte to 2 GiB, such as '64KiB', or 'off'")]
    [InlineData("poller.zero-copy-send-from", "3GiB", "a size from 1 byte to 2 GiB, such as '64KiB', or 'off'")]
    [InlineData("poller.zero-copy-send-from", "large", "a size from 1 byte to 2 GiB, such as '64KiB', or 'off'")]
    [InlineData("bounded-dispatcher.throughput", "-5", "a whole number from 1 to 2147483647")]
    public void A_value_that_is_not_allowed_is_refused_by_its_path_and_what_is_allowed_is_said(string path, string value, string allowed)
    {
        ConfigurationException refusal = Assert.Throws<ConfigurationException>(() => Read($"netpoll.{path} = {value}"));
        Assert.Contains($"netpoll.{path} is '{value.Trim('"')}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_and_smallest_values_are_allowed()
    {
        NetpollSettings settings = Read("netpoll { pollers = 1024, workers = 1, poller.max-events-per-wait = 65536, poller.throughput = 2147483647 }");
        Assert.Equal((1024, 1, 65_536, int.MaxValue), (settings.Pollers, settings.Workers, settings.MaxEventsPerWait, settings.PollerThroughput));
    }

    private static NetpollSettings Read(string hocon) => NetpollSettings.Create(ConfigurationFactory.ParseString(hocon));
}
