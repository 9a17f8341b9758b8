// The code of docs/getting-started.md. DocsSpec compares the two: change both.
using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Docs;

internal static class GettingStartedSnippets
{
    public static async Task<IActorRef> ServeAsync(ActorSystem system)
    {
        // <doc>
        IActorRef listener = system.ActorOf(
            Listener.Props("tcp://127.0.0.1:7000", Codecs.Line(), HandlerSource.PerConnection(Props.Create<GreetingHandler>())), "greeter");
        Bound bound = await listener.Ask<Bound>(GetBound.Instance);

        // </doc>
        _ = bound;
        return listener;
    }

    public static async Task<string> CallAsync(ActorSystem system)
    {
        // <doc>
        await using RpcChannel greeter = system.Netpoll().Rpc(NetAddress.Parse("tcp://127.0.0.1:7000"), Codecs.Line());
        using Response answer = await greeter.CallAsync("you"u8, timeout: TimeSpan.FromSeconds(1));
        string text = Encoding.UTF8.GetString(answer.Payload);

        // </doc>
        return text;
    }

    public static IHost Host(string[] args)
    {
        // <doc>
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(args);
        builder.Services.AddAkka("greeter", akka => akka
            .WithNetpoll(builder.Configuration.GetSection("Netpoll"))
            .WithNetpollListener<GreetingHandler>("lines", listener =>
            {
                listener.Address = "tcp://127.0.0.1:7000";
                listener.CustomCodec = Codecs.Line();
            }));
        builder.Services.AddHealthChecks().AddNetpoll();
        IHost host = builder.Build();

        // </doc>
        return host;
    }
}

// <doc>
public sealed class GreetingHandler : RequestHandler
{
    protected override void OnRequest(Request request) => request.Reply(Encoding.UTF8.GetBytes($"hello {Encoding.UTF8.GetString(request.Payload)}"));
}

// </doc>
