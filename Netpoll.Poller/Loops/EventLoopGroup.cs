using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Loops;

/// <summary>Several event loops, and which one takes the next connection. Any thread.</summary>
public sealed class EventLoopGroup : IAsyncDisposable
{
    private readonly EventLoop[] _loops;
    private readonly int[] _connections;
    private int _next = -1;

    /// <summary>Makes the loops; their threads start with <see cref="Start"/>. When one cannot be made, those before it are ended.</summary>
    /// <param name="count">At least 1.</param>
    /// <param name="optionsFor">The options of the loop with a given index, from 0.</param>
    public EventLoopGroup(int count, Func<int, EventLoopOptions> optionsFor)
        : this(count, index => new EventLoop(optionsFor(index)))
    {
    }

    /// <param name="count">At least 1.</param>
    /// <param name="create">Makes the loop with a given index, from 0.</param>
    internal EventLoopGroup(int count, Func<int, EventLoop> create)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        EventLoop[] loops = new EventLoop[count];
        int made = 0;
        try
        {
            for (; made < count; made++)
            {
                loops[made] = create(made);
            }
        }
        catch
        {
            foreach (EventLoop loop in loops.AsSpan(0, made))
            {
                // It never ran, so it ends here and now.
                _ = loop.StopAsync();
            }

            throw;
        }

        (_loops, _connections) = (loops, new int[count]);
    }

    /// <summary>How many loops there are.</summary>
    public int Count => _loops.Length;

    /// <summary>The loop with an index from 0.</summary>
    public EventLoop this[int index] => _loops[index];

    /// <summary>The index of the loop whose turn it is. The choice is not counted.</summary>
    public int NextIndex() => (int)((uint)Interlocked.Increment(ref _next) % (uint)_loops.Length);

    /// <summary>Chooses a loop for a connection and counts it there, until <see cref="Unassign"/>.</summary>
    /// <param name="balancing">How to choose.</param>
    /// <param name="peer">Who is at the other end, for <see cref="LoadBalancing.SourceHash"/>.</param>
    /// <returns>The loop's index.</returns>
    public int Assign(LoadBalancing balancing, NetAddress? peer = null)
    {
        int index = balancing switch
        {
            LoadBalancing.RoundRobin => NextIndex(),
            LoadBalancing.Random => Random.Shared.Next(_loops.Length),
            LoadBalancing.LeastConnections => LeastUsed(),
            LoadBalancing.SourceHash => peer?.Host is { } host ? (int)(Hash(host) % (uint)_loops.Length) : NextIndex(),
            _ => throw new ArgumentOutOfRangeException(nameof(balancing), balancing, "There is no such way to balance."),
        };
        AssignTo(index);
        return index;
    }

    /// <summary>Counts a connection on a loop that was chosen already, until <see cref="Unassign"/>.</summary>
    public void AssignTo(int index) => Interlocked.Increment(ref _connections[index]);

    /// <summary>A connection has ended. Once for each <see cref="Assign"/> and <see cref="AssignTo"/>.</summary>
    public void Unassign(int index) => Interlocked.Decrement(ref _connections[index]);

    /// <summary>How many connections are counted on a loop at the moment.</summary>
    public int ConnectionsOn(int index) => Volatile.Read(ref _connections[index]);

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

    // The turns say where to begin, so that equally used loops take turns too.
    private int LeastUsed()
    {
        int least = NextIndex();
        for (int i = 1, index = least; i < _loops.Length; i++)
        {
            index = index + 1 < _loops.Length ? index + 1 : 0;
            if (ConnectionsOn(index) < ConnectionsOn(least))
            {
                least = index;
            }
        }

        return least;
    }

    /// <summary>FNV-1a (Fowler, Noll and Vo, 32 bits): the same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        // The low bits of similar addresses differ little: fold the high ones in.
        return hash ^ (hash >> 16);
    }
}
