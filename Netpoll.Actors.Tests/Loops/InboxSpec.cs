using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Work from other threads, and who wakes the loop for it.</summary>
public sealed class InboxSpec
{
    private readonly Inbox _inbox = new();
    private readonly RunQueue _queue = new();

    [Fact]
    public void Work_is_moved_in_the_order_it_came()
    {
        Item[] items = [.. Enumerable.Range(0, 1000).Select(i => new Item(0, i))];
        Assert.All(items, item => Assert.True(_inbox.TryAdd(item, out _)));
        _inbox.MoveTo(_queue);
        Assert.Equal(items, TakeAll());
        _inbox.MoveTo(_queue);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Nobody_wakes_a_loop_that_is_not_parked()
    {
        Assert.False(AddMustWake());
        Assert.False(AddMustWake());
    }

    [Fact]
    public void The_first_to_come_wakes_a_parked_loop_and_nobody_else()
    {
        Assert.True(_inbox.TryPark());
        Assert.True(AddMustWake());
        Assert.False(AddMustWake());
        _inbox.Unpark();
        Assert.False(AddMustWake());
    }

    [Fact]
    public void A_loop_with_work_does_not_park()
    {
        AddMustWake();
        Assert.False(_inbox.TryPark());
        Assert.False(AddMustWake());
        _inbox.MoveTo(_queue);
        Assert.True(_inbox.TryPark());
    }

    [Fact]
    public void An_unparked_loop_is_not_woken_until_it_parks_again()
    {
        _inbox.TryPark();
        _inbox.Unpark();
        Assert.False(AddMustWake());
        _inbox.MoveTo(_queue);
        Assert.True(_inbox.TryPark());
        Assert.True(AddMustWake());
    }

    [Fact]
    public void A_closed_inbox_refuses_and_gives_out_what_it_had()
    {
        Item before = new(0, 0);
        _inbox.TryAdd(before, out _);
        _inbox.TryPark();
        _inbox.Close();
        Assert.False(_inbox.TryAdd(new Item(0, 1), out bool mustWake));
        Assert.False(mustWake);
        _inbox.MoveTo(_queue);
        Assert.Equal([before], TakeAll());
    }

    [Fact]
    public async Task Work_of_many_threads_comes_through_once_and_in_each_threads_order()
    {
        const int Producers = 4;
        const int Each = 100_000;
        int wakeUps = 0;
        using SemaphoreSlim wake = new(0);
        Task[] producers = [.. Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                Assert.True(_inbox.TryAdd(new Item(producer, i), out bool mustWake));
                if (mustWake)
                {
                    Interlocked.Increment(ref wakeUps);
                    wake.Release();
                }
            }
        }))];

        int[] next = new int[Producers];
        int parks = 0;
        for (int taken = 0; taken < Producers * Each;)
        {
            _inbox.MoveTo(_queue);
            if (_queue.Count == 0 && _inbox.TryPark())
            {
                parks++;
                Assert.True(await wake.WaitAsync(Eventually.Patience), $"Nobody woke the loop after {taken} items.");
                _inbox.Unpark();
                continue;
            }

            foreach (Item item in TakeAll())
            {
                Assert.Equal(next[item.Producer]++, item.Number);
                taken++;
            }
        }

        await Task.WhenAll(producers).InTime();
        Assert.All(next, count => Assert.Equal(Each, count));
        Assert.Equal((parks, 0), (wakeUps, wake.CurrentCount));
        Assert.True(_inbox.TryPark());
    }

    private bool AddMustWake()
    {
        Assert.True(_inbox.TryAdd(new Item(0, 0), out bool mustWake));
        return mustWake;
    }

    private List<Item> TakeAll()
    {
        List<Item> items = [];
        while (_queue.Count > 0)
        {
            items.Add((Item)_queue.Dequeue());
        }

        return items;
    }

    private sealed record Item(int Producer, int Number) : IThreadPoolWorkItem
    {
        public void Execute()
        {
        }
    }
}
