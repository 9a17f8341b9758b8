using Akka.Actor;
using Akka.Hosting;
using Dashboard.Shop;
using Microsoft.Extensions.Hosting;
using Netpoll.Actors;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Poller.Sockets;

namespace Dashboard.Load;

/// <summary>
/// The load, from an actor system of its own: customers who stay, with a tide in how much they ask, others who come, ask a little and go, and one who
/// now and then sends what nobody can read.
/// </summary>
internal sealed class Customers(IRequiredActor<NetpollListener<OrderHandler>> shop) : BackgroundService
{
    private const int Regulars = 6;
    private const int Visitors = 2;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_tide = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IActorRef listener = await shop.GetAsync(stoppingToken);
        NetAddress address = (await listener.Ask<Bound>(GetBound.Instance, stoppingToken)).Address;
        ActorSystem system = ActorSystem.Create("customers", "netpoll.pollers = 1, akka { loglevel = OFF, stdout-loglevel = OFF }");
        try
        {
            List<Task> customers = [SpoilAsync(Channel(), stoppingToken)];
            customers.AddRange(Enumerable.Range(0, Regulars).Select(_ => StayAsync(Channel(), stoppingToken)));
            customers.AddRange(Enumerable.Range(0, Visitors).Select(_ => VisitAsync(Channel, stoppingToken)));
            await Task.WhenAll(customers);
        }
        finally
        {
            await system.Terminate();
        }

        RpcChannel Channel() => system.Netpoll().Rpc(address, Codecs.LengthField());
    }

    private static async Task StayAsync(RpcChannel channel, CancellationToken cancellationToken)
    {
        while (true)
        {
            double tide = 0.5 + 0.5 * Math.Sin(2 * Math.PI * Environment.TickCount64 / s_tide.TotalMilliseconds);
            await AskAsync(channel, 2 + (int)(14 * tide) + Random.Shared.Next(4), cancellationToken);
            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private static async Task VisitAsync(Func<RpcChannel> enter, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using (RpcChannel channel = enter())
            {
                await AskAsync(channel, 10, cancellationToken);
                await Task.Delay(Random.Shared.Next(500, 4000), cancellationToken);
            }

            await Task.Delay(Random.Shared.Next(200, 1000), cancellationToken);
        }
    }

    // Costs its connection each time: the handler fails, and the strategy is to stop.
    private static async Task SpoilAsync(RpcChannel channel, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Random.Shared.Next(3000, 7000), cancellationToken);
            await CallAsync(channel, [OrderHandler.Unreadable], cancellationToken);
        }
    }

    private static Task AskAsync(RpcChannel channel, int times, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(_ => CallAsync(channel, new byte[Random.Shared.Next(16, 600)], cancellationToken)));

    private static async Task CallAsync(RpcChannel channel, byte[] order, CancellationToken cancellationToken)
    {
        try
        {
            using Response answer = await channel.CallAsync(order, s_patience, cancellationToken);
        }
        catch (Exception failure) when (failure is RpcException or TimeoutException)
        {
            // IGNORED: that some orders fail is what they are for.
        }
    }
}
