using Netpoll.Bench.Load.Recording;

namespace Netpoll.Bench.Load.Loads;

/// <summary>A closed or an open loop over connections that stay, or over connections of one call each; some more may be open and silent.</summary>
internal static class SteadyLoad
{
    /// <summary>Runs to the end.</summary>
    public static LoadResult Run(LoadOptions options)
    {
        using var context = new LoadContext(options);
        LoadConnection[] silent = [.. from i in Enumerable.Range(options.Connections, options.Idle) select new LoadConnection(context, i, inFlight: 0, new ClosedLoop())];
        Opening.OpenAll(context, silent);

        // Made at the end of the opening: an open loop counts from here on.
        OpenLoop? open = options.Rate > 0 ? new OpenLoop(options.Rate, options.Connections) : null;
        LoadConnection[] working = Working(context, options, open ?? (Pace)new ClosedLoop());
        long number = 0;

        // What the window's begin needs is compiled now: later it would be a pause that the server did not make.
        Markers.Say(Markers.WarmingUp);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        Run(options.WarmUp);
        Markers.Say(Markers.Measuring);
        context.Meter.Begin();
        cpu = Environment.CpuUsage.TotalTime;
        long elapsed = Run(options.Seconds);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        Markers.Say(Markers.Measured);

        return Finish();

        long Run(double seconds)
        {
            long start = Clock.Now();
            long end = start + Clock.Ticks(seconds);
            if (open is null)
            {
                context.Reactor.RunUntil(end);
                return Clock.Now() - start;
            }

            long now;
            while ((now = Clock.Now()) < end)
            {
                for (; open.DueTime(number) <= now; number++)
                {
                    LoadConnection connection = working[number % working.Length];
                    if (connection.IsOpen)
                    {
                        connection.Pump(now);
                    }
                }

                context.Reactor.Turn(Math.Min(end, open.DueTime(number)));
            }

            return now - start;
        }

        LoadResult Finish()
        {
            long now = Clock.Now();
            Array.ForEach(working, connection => connection.FailIfOverdue(now));
            if (context.Meter.Latencies.Count == 0)
            {
                context.Meter.Failed(0, "nothing was answered");
            }

            foreach (LoadConnection connection in working.Concat(silent))
            {
                connection.Dispose();
            }

            return LoadResult.Of(context.Meter, elapsed, cpu);
        }
    }

    private static LoadConnection[] Working(LoadContext context, LoadOptions options, Pace pace)
    {
        bool isShort = options.Mode == "connect";
        LoadConnection[] connections =
        [
            .. from i in Enumerable.Range(0, options.Connections)
               select isShort ? new ShortConnection(context, i, pace) : new LoadConnection(context, i, options.InFlight, pace),
        ];
        Opening.OpenAll(context, connections);
        long now = Clock.Now();
        foreach (LoadConnection connection in connections.Where(connection => connection.IsOpen))
        {
            connection.Pump(now);
        }

        return connections;
    }
}
