using Netpoll.Actors.Rpc;
using Xunit;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Waiting longer each time, and whether a server may be called.</summary>
public sealed class BackOffSpec
{
    [Theory]
    [InlineData(1, 0.0, 100)]
    [InlineData(2, 0.0, 200)]
    [InlineData(5, 0.0, 1600)]
    [InlineData(8, 0.0, 10_000)]
    [InlineData(100_000, 0.0, 10_000)]
    [InlineData(1, 1.0, 50)]
    [InlineData(100_000, 1.0, 5000)]
    public void Each_wait_is_longer_up_to_a_limit_and_by_chance_shorter(int failures, double chance, double millis) =>
        Assert.Equal(millis, BackOff.Default.DelayAfter(failures, chance).TotalMilliseconds);

    [Fact]
    public void A_circuit_opens_after_time_outs_in_a_row_and_one_probe_decides()
    {
        Circuit circuit = new(new CircuitPolicy { TimeoutsToOpen = 2, OpenFor = AtOnce });
        circuit.TimedOut();
        circuit.Answered();
        circuit.TimedOut();
        Assert.True(circuit.TryEnter(out bool isProbe));
        Assert.False(isProbe);

        circuit.TimedOut();
        AwaitProbe(circuit);
        Assert.False(circuit.TryEnter(out _));

        circuit.ProbeFailed();
        AwaitProbe(circuit);
        circuit.ProbeLost();
        Assert.True(circuit.TryEnter(out isProbe));
        Assert.True(isProbe);

        circuit.Answered();
        Assert.True(circuit.TryEnter(out isProbe));
        Assert.False(isProbe);
    }

    [Fact]
    public void Without_a_policy_a_circuit_never_opens()
    {
        Circuit circuit = new(null);
        for (int i = 0; i < 1000; i++)
        {
            circuit.TimedOut();
        }

        Assert.True(circuit.TryEnter(out bool isProbe));
        Assert.False(isProbe);
    }

    private static BackOff AtOnce { get; } = new() { First = TimeSpan.FromMilliseconds(1), Max = TimeSpan.FromMilliseconds(1) };

    private static void AwaitProbe(Circuit circuit)
    {
        bool isProbe;
        while (!circuit.TryEnter(out isProbe))
        {
            Thread.Yield();
        }

        Assert.True(isProbe);
    }
}
