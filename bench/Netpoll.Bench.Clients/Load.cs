using System.Diagnostics;

namespace Netpoll.Bench.Clients;

/// <summary>What a client did in one window.</summary>
/// <param name="Qps">Calls a second.</param>
/// <param name="P50Micros">Half of the calls took at most so many microseconds.</param>
/// <param name="P99Micros">Of a hundred calls, 99 took at most so many microseconds.</param>
/// <param name="CpuMicros">Processor time of this process for a call, in microseconds.</param>
/// <param name="Bytes">Bytes allocated for a call, by the load too.</param>
internal sealed record Reading(double Qps, double P50Micros, double P99Micros, double CpuMicros, double Bytes)
{
    /// <summary>Each figure as a multiple of another reading's.</summary>
    public Reading Over(Reading other) => new(
        Qps / other.Qps, P50Micros / other.P50Micros, P99Micros / other.P99Micros, CpuMicros / other.CpuMicros, Bytes / other.Bytes);
}

/// <summary>A closed loop of callers: each calls again when its answer has come.</summary>
internal static class Load
{
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromSeconds(1);

    public static async Task<Reading> RunAsync(IClient client, int callers, int bytes, TimeSpan warmUp, TimeSpan window)
    {
        byte[] payload = new byte[bytes];
        await Task.WhenAll(await RunAsync(client, callers, payload, warmUp));

        using Process self = Process.GetCurrentProcess();
        TimeSpan cpu = self.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: false);
        long started = Stopwatch.GetTimestamp();
        List<long>[] times = [.. (await RunAsync(client, callers, payload, window)).Select(task => task.Result)];
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        self.Refresh();
        cpu = self.TotalProcessorTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: false) - allocated;

        long[] all = [.. times.SelectMany(each => each)];
        Array.Sort(all);
        double Micros(double part) => all[(int)Math.Min(all.Length - 1, all.Length * part)] * 1e6 / Stopwatch.Frequency;
        return new Reading(all.Length / seconds, Micros(0.5), Micros(0.99), cpu.TotalMicroseconds / all.Length, (double)allocated / all.Length);
    }

    /// <summary>Opens as many connections as there are calls at once.</summary>
    public static Task OpenAsync(IClient client, int connections, int bytes)
    {
        byte[] payload = new byte[bytes];
        return Task.WhenAll(Enumerable.Range(0, connections).Select(_ => client.CallAsync(payload, TimeSpan.FromSeconds(30)).AsTask()));
    }

    private static async Task<Task<List<long>>[]> RunAsync(IClient client, int callers, byte[] payload, TimeSpan time)
    {
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        Task<List<long>>[] tasks = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallUntilAsync(client, payload, end)))];
        await Task.WhenAll(tasks);
        return tasks;
    }

    private static async Task<List<long>> CallUntilAsync(IClient client, byte[] payload, long end)
    {
        List<long> times = new(64 * 1024);
        long before = Stopwatch.GetTimestamp();
        while (before < end)
        {
            await client.CallAsync(payload, s_callTimeout).ConfigureAwait(false);
            long after = Stopwatch.GetTimestamp();
            times.Add(after - before);
            before = after;
        }

        return times;
    }
}
