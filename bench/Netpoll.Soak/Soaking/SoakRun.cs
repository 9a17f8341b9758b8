using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Netpoll.Soak.Serving;

namespace Netpoll.Soak.Soaking;

/// <summary>
/// Opens, uses and closes connections for a while, and then looks whether the server holds what it held at the start: after a first wave of as many
/// connections, so that what is kept for the next ones is there already.
/// </summary>
internal sealed class SoakRun(SoakOptions options, TextWriter output)
{
    /// <summary>
    /// What the heap may have grown by besides a twentieth: the pool's nodes without bytes, of which it keeps at most 16,384 of some 150 bytes, and more
    /// for what the runtime keeps for itself (arbitrary: 10,000 connections of which one in ten stayed behind would be as much).
    /// </summary>
    private const long HeapAllowance = 4 << 20;

    /// <summary>What may lie ready for the next buffers once the pool has forgotten the rest: it drops half of it every 10 s without work.</summary>
    private const long TrimmedBytes = 1 << 20;

    /// <summary>Longer than <see cref="Poller.Buffers.BlockPoolOptions.TrimInterval"/>: whoever asks more often keeps the loops from their rest.</summary>
    private static readonly TimeSpan s_trimPause = TimeSpan.FromSeconds(12);

    /// <summary>Only ends a run that would hang. The longest that a socket lingers is 5 s.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <summary>What a ring of the kernel's may have to receive into, on each loop, and takes as it needs it: out, and nobody's.</summary>
    private const int BlocksOfRing = 1024;

    /// <summary>What these blocks hold together at most, on each loop, whatever their size.</summary>
    private const long BytesOfRing = 8 << 20;

    private readonly ConcurrentDictionary<string, long> _ends = new();
    private readonly ConcurrentQueue<string> _failures = new();

    private long BlocksOfKernel => options.Backend == "io-uring" ? BlocksOfRing * Environment.ProcessorCount : 0;

    private long BytesOfKernel => options.Backend == "io-uring" ? BytesOfRing * Environment.ProcessorCount : 0;

    /// <summary>Runs it.</summary>
    /// <returns>Whether everything is as it was and nothing went wrong on the way.</returns>
    public async Task<bool> RunAsync()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(options.Backend, processor: null);
        Census empty = await server.CountAsync(collects: true);
        Say($"empty: {empty}");
        await RunWaveAsync(server, seconds: options.Connections / options.StepsPerSecond * 2);
        Census start = await SettleAsync(server, empty);
        Say($"start: {start}");

        using CancellationTokenSource over = new();
        Task lives = LiveAllAsync(server, new Pace(options, over.Token), options.Seed, over.Token);
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < options.Seconds;)
        {
            double left = options.Seconds - Stopwatch.GetElapsedTime(began).TotalSeconds;
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(left, 0, 30)));
            Say($"{Stopwatch.GetElapsedTime(began).TotalSeconds,4:F0} s: {await server.CountAsync()}");
        }

        await over.CancelAsync();
        await lives;
        Census end = await SettleAsync(server, empty);
        Say($"end:   {end}");
        Say($"ends:  {string.Join(", ", _ends.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} {pair.Key}"))}");
        return Judge(start, end);
    }

    private async Task RunWaveAsync(ServerProcess server, double seconds)
    {
        using CancellationTokenSource over = new(TimeSpan.FromSeconds(seconds));
        await LiveAllAsync(server, new Pace(options, over.Token), ~options.Seed, over.Token);
        _ends.Clear();
    }

    private Task LiveAllAsync(ServerProcess server, Pace pace, int seed, CancellationToken over) =>
        Task.WhenAll(Enumerable.Range(0, options.Connections).Select(index => Task.Run(async () =>
        {
            Random random = new(unchecked((seed * 397) ^ index));
            await pace.NextAsync(random);
            while (!over.IsCancellationRequested)
            {
                await LiveOneAsync(server, random, pace);
            }
        })));

    private async Task LiveOneAsync(ServerProcess server, Random random, Pace pace)
    {
        try
        {
            string end = await RandomLife.LiveAsync(server.Address, random, pace);
            _ends.AddOrUpdate(end, 1, (_, count) => count + 1);
        }
        catch (Exception failure) when (failure is SoakException or SocketException or TimeoutException)
        {
            _failures.Enqueue($"{failure.GetType().Name}: {failure.Message}");
        }
    }

    /// <summary>Waits until every connection has ended, the last ones' sockets have lingered, and buffers have come back.</summary>
    /// <param name="server">The server.</param>
    /// <param name="empty">What it held when nobody had come yet.</param>
    private async Task<Census> SettleAsync(ServerProcess server, Census empty)
    {
        Census now = await WaitAsync(
            server, TimeSpan.FromMilliseconds(200), now => now is { Connections: 0, Handlers: 0, Channels: 1 } && now.Blocks <= empty.Blocks + BlocksOfKernel);
        return options.Trims ? await WaitAsync(server, s_trimPause, now => now.PooledBytes <= TrimmedBytes) : now;
    }

    private static async Task<Census> WaitAsync(ServerProcess server, TimeSpan pause, Predicate<Census> isSo)
    {
        for (long began = Stopwatch.GetTimestamp(); ; await Task.Delay(pause))
        {
            Census now = await server.CountAsync(collects: true);
            if (isSo(now) || Stopwatch.GetElapsedTime(began) > s_patience)
            {
                return now;
            }
        }
    }

    private bool Judge(Census start, Census end)
    {
        List<string> faults = [.. _failures.Distinct().Take(10)];
        Compare("actors of connections", end.Connections, 0);
        Compare("actors of handlers", end.Handlers, 0);
        Compare("sockets on loops", end.Channels, start.Channels);
        Compare("sockets", end.Descriptors, start.Descriptors);
        Compare("blocks", end.Blocks, start.Blocks + BlocksOfKernel);
        Compare("unsent bytes", end.UnsentBytes, 0);
        long kept = start.HeapBytes - start.PooledBytes;
        Compare("bytes of heap besides buffers", end.HeapBytes - end.PooledBytes, kept + (kept / 20) + HeapAllowance + BytesOfKernel);
        Compare("bytes ready for buffers", options.Trims ? end.PooledBytes : 0, TrimmedBytes);
        faults.ForEach(fault => Say($"WRONG: {fault}"));
        Say(faults.Count == 0 ? "Everything is as it was." : $"{_failures.Count} connections had a server that did what it must not.");
        return faults.Count == 0;

        void Compare(string what, long left, long atMost)
        {
            if (left > atMost)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{left} {what} are left, {atMost} are allowed"));
            }
        }
    }

    private void Say(FormattableString what) => output.WriteLine(what.ToString(CultureInfo.InvariantCulture));

    private void Say(string what) => output.WriteLine(what);
}
