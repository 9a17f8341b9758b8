using System.Diagnostics;
using System.Globalization;

namespace Netpoll.Bench.Processes;

/// <summary>
/// Asks a .NET server for its own counters. The server need not know: a startup hook of ours, Netpoll.Bench.Probe, answers a signal by
/// appending a line to a file.
/// </summary>
internal sealed class ServerProbe : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly string _file = Path.GetTempFileName();
    private int _answers;

    /// <summary>What makes a process that is about to start answer.</summary>
    public StartupHook Hook => new("Netpoll.Bench.Probe", "NETPOLL_BENCH_PROBE", _file);

    /// <summary>What the process has counted since its start.</summary>
    /// <exception cref="BenchException">It does not answer.</exception>
    public async Task<ServerCounters> AskAsync(int process)
    {
        Signals.Send(process, Signals.User);
        for (long asked = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(asked) < s_patience; await Task.Delay(1))
        {
            string[] answers = await File.ReadAllLinesAsync(_file);
            if (answers.Length > _answers)
            {
                _answers = answers.Length;
                return Parse(answers[^1]);
            }
        }

        throw new BenchException("the server does not say what it has counted");
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_file);

    // The system calls are missing where there is no event loop of ours.
    private static ServerCounters Parse(string answer)
    {
        long[] numbers = [.. answer.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return new ServerCounters(numbers[0], numbers.Length > 1 ? numbers[1] : null);
    }
}

/// <summary>What a .NET server says of itself.</summary>
/// <param name="AllocatedBytes">Bytes that it has allocated.</param>
/// <param name="SystemCalls">System calls that its event loops have made; null if it has none of ours.</param>
internal readonly record struct ServerCounters(long AllocatedBytes, long? SystemCalls);
