using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Netpoll.Actors;
using Netpoll.Actors.Connections;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Pollers;
using Netpoll.Poller.Buffers;

namespace Netpoll.Soak.Serving;

/// <summary>The server's process: says where it listens, answers each line on its input with a census, and ends with its input.</summary>
internal static class SoakServer
{
    /// <summary>Before the address on the first line of output.</summary>
    public const string Announcement = "listening on ";

    /// <summary>The line that asks for a census after a full collection; any other asks for one without.</summary>
    public const string Collect = "collect";

    /// <summary>The most unsent bytes of a connection before it is not read any more.</summary>
    public const int HighWaterBytes = 64 * 1024;

    /// <summary>The most requests of a connection in flight.</summary>
    public const int MaxInFlight = 16;

    /// <summary>The most unsent bytes of all connections.</summary>
    public const long BudgetBytes = 64 * 1024 * 1024;

    /// <summary>The most that a connection can have unsent: the last request is taken below the high-water mark, and then all that are in flight are answered.</summary>
    /// <param name="frameBytes">Of each answer.</param>
    public static long MaxUnsentBytes(int frameBytes) => HighWaterBytes + (MaxInFlight * frameBytes);

    /// <summary>Serves until the input ends.</summary>
    /// <param name="backend">Of the pollers.</param>
    /// <param name="echoes">Answers every request with its bytes, instead of what its first byte asks for.</param>
    public static async Task RunAsync(string backend, bool echoes)
    {
        OutputBudget budget = new(BudgetBytes);
        ActorSystem system = ActorSystem.Create("soak", ConfigurationFactory.ParseString($$"""
            akka { loglevel = OFF, stdout-loglevel = OFF }
            netpoll.poller.backend = {{backend}}
            """));
        IActorRef census = system.ActorOf(Props.Create<CensusActor>(), "census");
        IActorRef listener = system.ActorOf(
            Listener.Props("tcp://127.0.0.1:0", Codecs.LengthField(), HandlerSource.PerConnection(echoes ? Props.Create<EchoHandler>() : Props.Create<SoakHandler>()), new ListenerOptions
            {
                MaxFrameBytes = Pattern.MaxBytes,
                MaxInFlightPerConnection = MaxInFlight,
                OutputHighWaterBytes = HighWaterBytes,
                WriteTimeout = TimeSpan.FromMinutes(1),
                ReadTimeout = TimeSpan.FromMinutes(1),
                LingerTimeout = TimeSpan.FromSeconds(5),
                Limits = new ListenerLimits { OutputBudget = budget },
            }),
            "listener");
        Bound bound = await listener.Ask<Bound>(GetBound.Instance);
        Console.WriteLine($"{Announcement}{bound.Address}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine((await TakeAsync(system, census, budget, collects: line == Collect)).ToJson());
        }

        await system.Terminate();
    }

    private static async Task<Census> TakeAsync(ActorSystem system, IActorRef census, OutputBudget budget, bool collects)
    {
        CensusActor.Alive alive = await census.Ask<CensusActor.Alive>(new CensusActor.CountAlive());
        int channels = 0;
        for (int i = 0; i < system.Netpoll().Settings.Pollers; i++)
        {
            channels += (await system.ActorSelection($"/system/netpoll/poller-{i}").Ask<PollerStats>(GetStats.Instance)).Sockets;
        }

        if (collects)
        {
            // Twice: what has a finalizer is freed by the second.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        BlockPoolStatistics blocks = BlockPool.Shared.GetStatistics();
        using Process self = Process.GetCurrentProcess();
        return new Census(
            system.Netpoll().GetConnectionStatistics().Opened,
            alive.Count,
            SoakHandler.Alive,
            channels,
            Directory.GetFiles("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true),
            blocks.Outstanding,
            blocks.PooledBytes,
            budget.UsedBytes,
            GC.GetTotalMemory(forceFullCollection: false),
            self.WorkingSet64,
            self.TotalProcessorTime.TotalSeconds);
    }
}
