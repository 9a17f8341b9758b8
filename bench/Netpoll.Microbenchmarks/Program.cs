using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Netpoll.Microbenchmarks.Buffers;

namespace Netpoll.Microbenchmarks;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["ratios", ..])
        {
            // Interleaved rounds and the median of their ratios: what a noisy, shared machine can say.
            return Ratios.Run(args[1..]);
        }

        // In process: the repository's own output folders are not where BenchmarkDotNet looks for a generated project's references.
        IConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .HideColumns(Column.Error, Column.StdDev, Column.RatioSD);
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
        return 0;
    }
}
