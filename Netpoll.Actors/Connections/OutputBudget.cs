using Akka.Actor;

namespace Netpoll.Actors.Connections;

/// <summary>
/// How many unsent bytes many connections may have together: those of one listener, or of several that are given the same budget. When they have more,
/// the connection that has the most is reset (<see cref="Messages.CloseReason.OverLimit"/>), and the next one, until the rest fits; and
/// listeners turn new connections away. Any thread.
/// </summary>
/// <remarks>
/// Changes of less than 4 KiB are not counted, so that a connection with small answers whose peer keeps up costs the budget nothing. A connection that is told to end may write until it hears of it: the limit may be passed by what is written
/// meanwhile, which <see cref="Listeners.ListenerOptions.OutputHighWaterBytes"/> bounds.
/// </remarks>
public sealed class OutputBudget
{
    private readonly object _gate = new();
    private readonly HashSet<OutputAccount> _debtors = [];
    private long _used;
    private long _evicted;

    /// <summary>Makes a budget.</summary>
    /// <param name="limitBytes">At least 1.</param>
    public OutputBudget(long limitBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limitBytes, 1);
        LimitBytes = limitBytes;
    }

    /// <summary>The most unsent bytes of all connections together.</summary>
    public long LimitBytes { get; }

    /// <summary>How many there are now, to a few kilobytes for each connection.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>How many connections were ended because they had the most.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    internal bool IsExceeded => UsedBytes > LimitBytes;

    /// <summary>A new connection's account; empty until it has something unsent.</summary>
    internal OutputAccount Open(IActorRef connection) => new(this, connection);

    /// <summary>What a connection that had to go is told.</summary>
    internal InvalidOperationException Exceeded() =>
        new($"The connections had more than {LimitBytes} unsent bytes together, and this one had the most.");

    internal void Add(OutputAccount account, long bytes)
    {
        if (account.Bytes == bytes)
        {
            // The first: it had nothing before.
            lock (_gate)
            {
                _debtors.Add(account);
            }
        }

        if (Interlocked.Add(ref _used, bytes) > LimitBytes)
        {
            Evict();
        }
    }

    internal void Remove(OutputAccount account, long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        if (account.Bytes == 0)
        {
            lock (_gate)
            {
                _debtors.Remove(account);
            }
        }
    }

    // What those have that are already told to go is as good as free.
    private void Evict()
    {
        lock (_gate)
        {
            long staying = _debtors.Where(account => !account.IsEvicted).Sum(account => account.Bytes);
            while (staying > LimitBytes && _debtors.Where(account => !account.IsEvicted).MaxBy(account => account.Bytes) is { } largest)
            {
                largest.IsEvicted = true;
                staying -= largest.Bytes;
                _evicted++;
                largest.Connection.Tell(OutputOverBudget.Instance, ActorRefs.NoSender);
            }
        }
    }
}

/// <summary>One connection's part of a budget. Its loop's thread only, but for what the budget reads.</summary>
internal sealed class OutputAccount(OutputBudget budget, IActorRef connection)
{
    /// <summary>Smaller changes wait, so that loops seldom meet at the budget (arbitrary: a small block of a buffer).</summary>
    private const long Grain = 4096;

    private long _bytes;

    public IActorRef Connection { get; } = connection;

    /// <summary>What is charged. Any thread may read it.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>True once the connection was told to go. Under the budget's lock.</summary>
    public bool IsEvicted { get; set; }

    /// <summary>The connection has so many unsent bytes now.</summary>
    public void Set(long bytes)
    {
        long change = bytes - _bytes;
        if (change >= Grain)
        {
            Volatile.Write(ref _bytes, bytes);
            budget.Add(this, change);
        }
        else if (change <= -Grain || (bytes == 0 && change != 0))
        {
            Volatile.Write(ref _bytes, bytes);
            budget.Remove(this, -change);
        }
    }
}
