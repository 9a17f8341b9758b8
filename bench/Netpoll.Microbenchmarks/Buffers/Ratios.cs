namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>Runs candidates in turn, round by round, and reports the median of the per-round ratios with their range.</summary>
internal static class Ratios
{
    private const int Rounds = 7;

    /// <summary>Processor time that one candidate gets in one round, in nanoseconds.</summary>
    private const double Slot = 100e6;

    public static int Run(string[] args)
    {
        foreach (Func<Scenario[]> group in Groups.All)
        {
            Scenario[] scenarios = group();
            if (args.Length == 0 || Array.Exists(args, scenarios[0].Name.Contains))
            {
                Compare(scenarios);
            }
        }

        return 0;
    }

    private static void Compare(Scenario[] scenarios)
    {
        var nanoseconds = new double[scenarios.Length, Rounds];
        var allocated = new double[scenarios.Length];
        foreach (Scenario scenario in scenarios)
        {
            Measure(scenario, Slot * 2, out _);
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < scenarios.Length; i++)
            {
                nanoseconds[i, round] = Measure(scenarios[i], Slot, out allocated[i]);
            }
        }

        for (int i = 0; i < scenarios.Length; i++)
        {
            double[] own = [.. Enumerable.Range(0, Rounds).Select(r => nanoseconds[i, r]).Order()];
            double[] ratios = [.. Enumerable.Range(0, Rounds).Select(r => nanoseconds[i, r] / nanoseconds[0, r]).Order()];
            Console.WriteLine(
                $"{scenarios[i].Name,-44} {own[Rounds / 2],12:F1} ns  {allocated[i],8:F1} B  x{ratios[Rounds / 2]:F2} ({ratios[0]:F2}..{ratios[^1]:F2})");
        }

        Console.WriteLine();
    }

    private static double Measure(Scenario scenario, double slot, out double bytesPerOperation)
    {
        long operations = 0;
        long sink = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        double start = ThreadClock.Nanoseconds;
        double elapsed = 0;
        int batch = 1;
        while (elapsed < slot)
        {
            for (int i = 0; i < batch; i++)
            {
                sink += scenario.Once();
            }

            operations += batch;
            elapsed = ThreadClock.Nanoseconds - start;
            batch = Math.Min(batch * 2, 4096);
        }

        bytesPerOperation = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)operations;
        GC.KeepAlive(sink);
        return elapsed / operations;
    }
}
