using Netpoll.Poller.Polling;
using Xunit;

namespace Netpoll.Actors.Tests.Polling;

/// <summary>What the environment variable NETPOLL_POLLER_BACKEND may say. That it is heeded is shown with a process of its own (FallbackSpec).</summary>
public sealed class PollersSpec
{
    [Theory]
    [InlineData(null, PollerBackend.Auto)]
    [InlineData("", PollerBackend.Auto)]
    [InlineData("auto", PollerBackend.Auto)]
    [InlineData("epoll", PollerBackend.Epoll)]
    [InlineData("io-uring", PollerBackend.IoUring)]
    [InlineData("IO-Uring", PollerBackend.IoUring)]
    [InlineData("kqueue", PollerBackend.Kqueue)]
    [InlineData("poll", PollerBackend.Poll)]
    public void A_backend_is_named_as_in_a_configuration(string? name, PollerBackend backend) => Assert.Equal(backend, Netpoll.Poller.Polling.Pollers.Parse(name));

    [Theory]
    [InlineData("select")]
    [InlineData("io_uring")]
    [InlineData("1")]
    [InlineData(" ")]
    public void Nonsense_is_refused_by_the_variables_name_and_what_is_allowed_is_said(string name)
    {
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => Netpoll.Poller.Polling.Pollers.Parse(name));
        Assert.Equal(
            $"The environment variable NETPOLL_POLLER_BACKEND is '{name}': it must be one of 'auto', 'epoll', 'io-uring', 'kqueue', 'poll'.", refusal.Message);
    }
}
