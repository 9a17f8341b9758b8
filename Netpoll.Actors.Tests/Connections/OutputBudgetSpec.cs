using Akka.Actor;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>What many connections may have unsent together, and who goes when it is too much.</summary>
public sealed class OutputBudgetSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private readonly OutputBudget _budget = new(1_000_000);

    [Fact]
    public void What_is_charged_is_what_is_unsent_and_nothing_is_left_at_the_end()
    {
        OutputAccount account = _budget.Open(ActorRefs.Nobody);
        account.Set(10_000);
        account.Set(500_000);
        Assert.Equal(500_000, _budget.UsedBytes);
        account.Set(20_000);
        Assert.Equal(20_000, _budget.UsedBytes);
        account.Set(0);
        account.Set(0);
        Assert.Equal((0, 0), (_budget.UsedBytes, _budget.Evicted));
    }

    [Fact]
    public void Small_changes_wait_and_are_not_lost()
    {
        OutputAccount account = _budget.Open(ActorRefs.Nobody);
        account.Set(4095);
        Assert.Equal(0, _budget.UsedBytes);
        account.Set(4096);
        account.Set(8000);
        Assert.Equal(4096, _budget.UsedBytes);
        account.Set(8192);
        Assert.Equal(8192, _budget.UsedBytes);
        account.Set(1);
        account.Set(0);
        Assert.Equal(0, _budget.UsedBytes);
    }

    [Fact]
    public async Task Those_with_the_most_go_until_the_rest_fits_and_are_told_once()
    {
        (OutputAccount Account, Recorder<object> Told)[] all = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            Recorder<object> told = new();
            return (_budget.Open(Sys.ActorOf(Spy.Props(told))), told);
        })];
        all[0].Account.Set(100_000);
        all[1].Account.Set(400_000);
        all[2].Account.Set(300_000);
        Assert.Equal(0, _budget.Evicted);
        all[3].Account.Set(700_000);
        Assert.IsType<OutputOverBudget>(await all[3].Told.NextAsync());
        Assert.Equal(1, _budget.Evicted);

        // It has not gone yet, but it is as good as gone: a little more of another one is fine, and much more is not.
        all[0].Account.Set(110_000);
        Assert.Equal(1, _budget.Evicted);
        all[2].Account.Set(600_000);
        Assert.IsType<OutputOverBudget>(await all[2].Told.NextAsync());
        Assert.Equal(2, _budget.Evicted);
        all[2].Account.Set(0);
        all[3].Account.Set(0);
        Assert.Equal(510_000, _budget.UsedBytes);
        await SettleAsync([.. all.Select(one => one.Account.Connection)]);
        Assert.All(all, one => Assert.Empty(one.Told.Rest()));
    }

    [Fact]
    public async Task Many_threads_leave_the_sum_right()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            OutputAccount account = _budget.Open(ActorRefs.Nobody);
            for (int i = 0; i < 20_000; i++)
            {
                account.Set(random.Next(2) * random.Next(600_000));
            }

            account.Set(0);
        }))).InTime();
        Assert.Equal(0, _budget.UsedBytes);
    }
}
