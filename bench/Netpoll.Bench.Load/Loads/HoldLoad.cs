using Netpoll.Bench.Load.Recording;

namespace Netpoll.Bench.Load.Loads;

/// <summary>
/// Opens many connections and leaves them alone: what does an idle one cost the server? Some are opened and called first, so that the
/// server has grown to its usual size before the others are added. Each is called once when it is open and once at the end.
/// </summary>
internal static class HoldLoad
{
    /// <summary>Connections open before the first reading. Arbitrary: enough that the server has compiled and allocated what it needs anyway.</summary>
    private const int FirstConnections = 1000;

    /// <summary>Calls under way at once. Arbitrary, as in the pool scenario.</summary>
    private const int CallsAtOnce = 100;

    /// <summary>Runs to the end: says when to read the meters before and after the connections are added, and after they have idled.</summary>
    public static LoadResult Run(LoadOptions options)
    {
        using var context = new LoadContext(options);
        var pace = new OnRequest();
        Markers.Say(Markers.WarmingUp);
        LoadConnection[] first = Make(0, FirstConnections);
        OpenAndCall(first);
        Settle(context, options.WarmUp);
        Markers.SayAndWait(Markers.Opening);

        LoadConnection[] added = Make(FirstConnections, options.Connections);
        OpenAndCall(added);
        Settle(context, options.WarmUp);
        Markers.SayAndWait(Markers.Measuring);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        Settle(context, options.Seconds);
        Markers.SayAndWait(Markers.Measured);

        long start = Clock.Now();
        context.Meter.Begin();
        pace.Allowed++;
        Call(context, [.. first, .. added]);
        long elapsed = Clock.Now() - start;
        return LoadResult.Of(context.Meter, elapsed, Environment.CpuUsage.TotalTime - cpu);

        LoadConnection[] Make(int begin, int count) =>
            [.. from i in Enumerable.Range(begin, count) select new LoadConnection(context, i, inFlight: 1, pace)];

        void OpenAndCall(LoadConnection[] connections)
        {
            Opening.OpenAll(context, connections);
            pace.Allowed = 1;
            Call(context, connections);
        }
    }

    private static void Settle(LoadContext context, double seconds) => context.Reactor.RunUntil(Clock.Now() + Clock.Ticks(seconds));

    private static void Call(LoadContext context, LoadConnection[] connections)
    {
        foreach (LoadConnection[] batch in connections.Where(connection => connection.IsConnected).Chunk(CallsAtOnce))
        {
            long now = Clock.Now();
            Array.ForEach(batch, connection => connection.Pump(now));
            Opening.AwaitAll(context, batch, connection => !connection.IsBusy);
        }
    }
}
