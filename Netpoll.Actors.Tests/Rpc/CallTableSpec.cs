using Akka.Actor;
using Netpoll.Actors.Rpc;
using Xunit;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>Whose an answer is.</summary>
public sealed class CallTableSpec
{
    [Fact]
    public void Ids_find_their_calls_in_any_order()
    {
        CallTable table = CallTable.For(8);
        PendingCall[] calls = [.. Enumerable.Range(0, 1000).Select(_ => Added(table))];
        Assert.Equal(1000, table.Count);
        Assert.Equal(1000, calls.Select(call => call.Id).Distinct().Count());
        foreach (PendingCall call in calls.Reverse())
        {
            Assert.True(table.TryTake(call.Id, out PendingCall? found));
            Assert.Same(call, found);
            Assert.False(table.TryTake(call.Id, out _));
        }

        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_slow_call_keeps_its_id_while_the_others_come_round()
    {
        CallTable table = CallTable.For(1);
        PendingCall slow = Added(table);
        HashSet<ulong> ids = [];
        for (int i = 0; i < 1000; i++)
        {
            PendingCall call = Added(table);
            Assert.NotEqual(slow.Id, call.Id);
            Assert.InRange(call.Id, 1ul, 255ul);
            ids.Add(call.Id);
            Assert.True(table.TryTake(call.Id, out PendingCall? found));
            Assert.Same(call, found);
        }

        Assert.InRange(ids.Count, 200, 254);
        Assert.True(table.TryTake(slow.Id, out PendingCall? last));
        Assert.Same(slow, last);
    }

    [Fact]
    public void As_many_calls_as_the_ids_allow_fit()
    {
        CallTable table = CallTable.For(1);
        Assert.Equal(127, table.MaxCalls);
        Assert.Equal(127, Enumerable.Range(0, 127).Select(_ => Added(table).Id).Distinct().Count());
    }

    [Fact]
    public void An_id_that_was_given_up_finds_nobody()
    {
        CallTable table = CallTable.For(4);
        PendingCall call = Added(table);
        ulong id = call.Id;
        Assert.True(table.GiveUp(call, 1));
        Assert.Equal(0, table.Count);
        Assert.False(table.TryTake(id, out _));
        Assert.False(table.TryTake(0, out _));
    }

    [Fact]
    public void Without_ids_the_oldest_is_next_and_one_given_up_keeps_its_place()
    {
        CallTable table = CallTable.For(0);
        PendingCall[] calls = [.. Enumerable.Range(0, 300).Select(_ => Added(table))];
        Assert.False(table.GiveUp(calls[0], 7));
        Assert.False(table.GiveUp(calls[200], 8));
        Assert.Equal((300, 7), (table.Count, table.OldestGivenUp));
        for (int i = 0; i < 300; i++)
        {
            Assert.True(table.TryTake(0, out PendingCall? found));
            Assert.Same(i is 0 or 200 ? null : calls[i], found);
        }

        Assert.False(table.TryTake(0, out _));
        Assert.Equal(0, table.OldestGivenUp);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_call_that_was_not_sent_is_taken_back(int idBytes)
    {
        CallTable table = CallTable.For(idBytes);
        PendingCall first = Added(table);
        PendingCall second = Added(table);
        table.TakeBack(second);
        Assert.Equal(1, table.Count);
        Assert.False(second.IsOpen);
        Assert.True(table.TryTake(first.Id, out PendingCall? found));
        Assert.Same(first, found);
    }

    private static AskedCall Added(CallTable table)
    {
        AskedCall call = new(ActorRefs.Nobody);
        table.Add(call);
        return call;
    }
}
