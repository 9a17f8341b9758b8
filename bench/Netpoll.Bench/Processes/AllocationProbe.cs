using System.Diagnostics;
using System.Globalization;

namespace Netpoll.Bench.Processes;

/// <summary>
/// Asks a .NET server how much it has allocated so far. The server need not know: a startup hook of ours, Netpoll.Bench.Probe, answers
/// a signal by appending a line to a file.
/// </summary>
internal sealed class AllocationProbe : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly string _file = Path.GetTempFileName();
    private int _answers;

    /// <summary>What makes a process that is about to start answer.</summary>
    public StartupHook Hook => new("Netpoll.Bench.Probe", "NETPOLL_BENCH_PROBE", _file);

    /// <summary>Bytes that the process has allocated since its start.</summary>
    /// <exception cref="BenchException">It does not answer.</exception>
    public async Task<long> AskAsync(int process)
    {
        Signals.Send(process, Signals.User);
        for (long asked = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(asked) < s_patience; await Task.Delay(1))
        {
            string[] answers = await File.ReadAllLinesAsync(_file);
            if (answers.Length > _answers)
            {
                _answers = answers.Length;
                return long.Parse(answers[^1], CultureInfo.InvariantCulture);
            }
        }

        throw new BenchException("the server does not say how much it has allocated");
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_file);
}
