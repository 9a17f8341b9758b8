using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Netpoll.Soak.Serving;

namespace Netpoll.Soak.Crowding;

/// <summary>
/// Measures how long well-behaved connections wait for their answers, without and with slow readers and floods beside them, in turns. The server has
/// one processor, everybody else the other; the crowd gives way there to the load generator, or its need of time would be measured.
/// </summary>
internal sealed class CrowdRun(CrowdOptions options, TextWriter output)
{
    private const int ServerProcessor = 0;
    private const int PeersProcessor = 1;
    private const int LeastNiceness = 19;
    private const double WarmUpSeconds = 2;

    /// <summary>How much longer the others may wait beside a crowd.</summary>
    private const double MostTimesLonger = 2;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Runs it.</summary>
    /// <returns>Whether latency and memory stayed within their bounds.</returns>
    public async Task<bool> RunAsync()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(options.Backend, ServerProcessor, echoes: true);
        await MeasureAsync(server);
        List<double> ratios = [];
        long mostUnsent = 0;
        long mostResident = 0;
        output.WriteLine($"{"round",5}{"alone: QPS",14}{"p50 us",10}{"p99 us",10}{"crowded: QPS",16}{"p50 us",10}{"p99 us",10}{"p99 ratio",12}{"unsent KiB",12}{"resident MiB",14}");
        for (int round = 1; round <= options.Rounds; round++)
        {
            Latency alone = await MeasureAsync(server);
            Latency crowded = await MeasureCrowdedAsync(server);
            ratios.Add(crowded.P99 / alone.P99);
            (mostUnsent, mostResident) = (Math.Max(mostUnsent, crowded.UnsentBytes), Math.Max(mostResident, crowded.ResidentBytes));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{round,5}{alone.Qps,14:N0}{alone.P50,10:N0}{alone.P99,10:N0}{crowded.Qps,16:N0}{crowded.P50,10:N0}{crowded.P99,10:N0}{ratios[^1],12:N2}{crowded.UnsentBytes >> 10,12:N0}{crowded.ResidentBytes >> 20,14:N0}"));
        }

        ratios.Sort();
        double median = ratios[ratios.Count / 2];
        long bound = (options.SlowReaders + options.Floods) * SoakServer.MaxUnsentBytes(CrowdedFrameBytes);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"p99 beside the crowd / alone: median {median:N2}, at most {MostTimesLonger} wanted; unsent at most {mostUnsent >> 10:N0} KiB, {bound >> 10:N0} KiB allowed; resident at most {mostResident >> 20} MiB"));
        return median <= MostTimesLonger && mostUnsent <= bound;
    }

    /// <summary>A head of four bytes, and the body.</summary>
    private const int CrowdedFrameBytes = 4 + 1024;

    private async Task<Latency> MeasureCrowdedAsync(ServerProcess server)
    {
        using Process crowd = Programs.Start(
            PeersProcessor, LeastNiceness, Programs.This, "crowd-peers", "--address", $"{server.Address}", "--slow", $"{options.SlowReaders}", "--floods", $"{options.Floods}");
        try
        {
            if (await crowd.StandardOutput.ReadLineAsync() != CrowdPeers.Announcement)
            {
                throw new InvalidOperationException("The crowd did not come.");
            }

            return await MeasureAsync(server);
        }
        finally
        {
            crowd.Kill();
            await crowd.WaitForExitAsync();
        }
    }

    private async Task<Latency> MeasureAsync(ServerProcess server)
    {
        using Process load = Programs.Start(
            PeersProcessor,
            niceness: 0,
            Programs.Load,
            "--address", $"tcp://{server.Address}",
            "--connections", Text(options.Connections),
            "--rate", Text(options.Rate),
            "--seconds", Text(options.Seconds),
            "--warm-up", Text(WarmUpSeconds));
        Task<string> said = load.StandardOutput.ReadToEndAsync();
        long unsent = 0;
        long resident = 0;
        while (await Task.WhenAny(said, Task.Delay(TimeSpan.FromMilliseconds(500))) != said)
        {
            Census now = await server.CountAsync();
            (unsent, resident) = (Math.Max(unsent, now.UnsentBytes), Math.Max(resident, now.ResidentBytes));
        }

        await load.WaitForExitAsync();
        string result = await said;
        return load.ExitCode == 0
            ? JsonSerializer.Deserialize<Latency>(result, s_json)! with { UnsentBytes = unsent, ResidentBytes = resident }
            : throw new InvalidOperationException($"The load failed: {result}");
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of the load generator's result, latencies in microseconds; and the most that the server had meanwhile.</summary>
    private sealed record Latency(double Qps, double P50, double P99)
    {
        public long UnsentBytes { get; init; }

        public long ResidentBytes { get; init; }
    }
}
