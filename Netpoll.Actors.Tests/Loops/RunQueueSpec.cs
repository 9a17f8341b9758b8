using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>First in, first out, at any size.</summary>
public sealed class RunQueueSpec
{
    [Fact]
    public void It_is_empty_at_first_and_gives_back_in_order()
    {
        RunQueue queue = new();
        Assert.Equal(0, queue.Count);
        Item[] items = [new(), new(), new()];
        Array.ForEach(items, queue.Enqueue);
        Assert.Equal(3, queue.Count);
        Assert.All(items, item => Assert.Same(item, queue.Dequeue()));
        Assert.Equal(0, queue.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void It_grows_wherever_its_head_stands(int head)
    {
        RunQueue queue = new();
        for (int i = 0; i < head; i++)
        {
            queue.Enqueue(new Item());
            queue.Dequeue();
        }

        Item[] items = [.. Enumerable.Range(0, 5000).Select(_ => new Item())];
        Array.ForEach(items, queue.Enqueue);
        Assert.Equal(5000, queue.Count);
        Assert.All(items, item => Assert.Same(item, queue.Dequeue()));
    }

    [Fact]
    public void It_behaves_as_a_queue_whatever_is_done()
    {
        const int Seed = 3;
        Random random = new(Seed);
        RunQueue queue = new();
        Queue<IThreadPoolWorkItem> model = new();
        for (int step = 0; step < 200_000; step++)
        {
            // It fills and drains in turns, to a few thousand.
            if (model.Count == 0 || random.Next(100) < ((step / 10_000 % 2 == 0) ? 65 : 35))
            {
                Item item = new();
                queue.Enqueue(item);
                model.Enqueue(item);
            }
            else
            {
                Assert.True(model.Dequeue() == queue.Dequeue(), $"seed {Seed}, step {step}");
            }

            Assert.True(model.Count == queue.Count, $"seed {Seed}, step {step}");
        }
    }

    [Fact]
    public void What_was_taken_is_not_kept_alive()
    {
        RunQueue queue = new();
        WeakReference weak = PassThrough(queue);
        GC.Collect();
        Assert.False(weak.IsAlive);
        GC.KeepAlive(queue);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference PassThrough(RunQueue queue)
    {
        queue.Enqueue(new Item());
        return new WeakReference(queue.Dequeue());
    }

    private sealed class Item : IThreadPoolWorkItem
    {
        public void Execute()
        {
        }
    }
}
