using System.Threading.Channels;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>What happened, in order: actors and other threads add, the test takes. A test that waits for what never comes fails after a while.</summary>
public sealed class Recorder<T>
{
    private readonly Channel<T> _events = Channel.CreateUnbounded<T>();
    private int _added;

    /// <summary>How many were ever added.</summary>
    public int Count => Volatile.Read(ref _added);

    public void Add(T what)
    {
        Interlocked.Increment(ref _added);
        _events.Writer.TryWrite(what);
    }

    public async Task<T> NextAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Patience);
        try
        {
            return await _events.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No further {typeof(T).Name} came within {Eventually.Patience}.");
        }
    }

    public async Task<List<T>> NextAsync(int count)
    {
        List<T> all = [];
        while (all.Count < count)
        {
            all.Add(await NextAsync());
        }

        return all;
    }

    /// <summary>What has come and was not taken yet.</summary>
    public List<T> Rest()
    {
        List<T> all = [];
        while (_events.Reader.TryRead(out T? what))
        {
            all.Add(what);
        }

        return all;
    }
}
