using Netpoll.Bench.Load.Recording;

namespace Netpoll.Bench.Load.Loads;

/// <summary>Opens many connections without flooding the server's queue of them.</summary>
internal static class Opening
{
    /// <summary>Connections that are being opened at once: fewer than any server's listen queue holds.</summary>
    private const int AtOnce = 128;

    /// <summary>Opens all and returns when they are connected, or when those that are not have failed.</summary>
    public static void OpenAll(LoadContext context, IEnumerable<LoadConnection> connections)
    {
        foreach (LoadConnection[] batch in connections.Chunk(AtOnce))
        {
            Array.ForEach(batch, connection => connection.Open());
            AwaitAll(context, batch, connection => connection.IsConnected || !connection.IsOpen);
        }
    }

    /// <summary>Turns the loop until something is true of all connections, at most for the time in which a reply has to come.</summary>
    public static void AwaitAll(LoadContext context, LoadConnection[] connections, Predicate<LoadConnection> condition)
    {
        long end = Clock.Now() + LoadMeter.TimeoutTicks;
        while (!Array.TrueForAll(connections, condition))
        {
            if (Clock.Now() >= end)
            {
                foreach (LoadConnection late in connections.Where(connection => !condition(connection)))
                {
                    context.Meter.Failed(late.Number, "the server does not answer");
                }

                return;
            }

            context.Reactor.Turn(end);
        }
    }
}
