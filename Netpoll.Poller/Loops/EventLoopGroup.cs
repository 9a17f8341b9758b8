namespace Netpoll.Poller.Loops;

/// <summary>Several event loops, and which one takes the next connection: they take turns. Any thread.</summary>
public sealed class EventLoopGroup : IAsyncDisposable
{
    private readonly EventLoop[] _loops;
    private int _next = -1;

    /// <summary>Makes the loops; their threads start with <see cref="Start"/>.</summary>
    /// <param name="count">At least 1.</param>
    /// <param name="optionsFor">The options of the loop with a given index, from 0.</param>
    public EventLoopGroup(int count, Func<int, EventLoopOptions> optionsFor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _loops = new EventLoop[count];
        for (int i = 0; i < count; i++)
        {
            _loops[i] = new EventLoop(optionsFor(i));
        }
    }

    /// <summary>How many loops there are.</summary>
    public int Count => _loops.Length;

    /// <summary>The loop with an index from 0.</summary>
    public EventLoop this[int index] => _loops[index];

    /// <summary>The index of the loop whose turn it is.</summary>
    public int NextIndex() => (int)((uint)Interlocked.Increment(ref _next) % (uint)_loops.Length);

    /// <summary>Starts every loop's thread. Harmless when repeated.</summary>
    public void Start()
    {
        foreach (EventLoop loop in _loops)
        {
            loop.Start();
        }
    }

    /// <summary>Ends every loop; the task ends with the last.</summary>
    public Task StopAsync() => Task.WhenAll(Array.ConvertAll(_loops, loop => loop.StopAsync()));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(StopAsync());
}
