// The code of docs/rpc.md. DocsSpec compares the two: change both.
using System.Text.Json.Serialization;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serialization;
using Netpoll.Actors.Rpc.Serving;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Docs;

internal static class RpcSnippets
{
    public static IActorRef Serve(ActorSystem system)
    {
        // <doc>
        RpcService service = new RpcServiceBuilder(new JsonRpcSerializer(SumJson.Default))
            .Unary<Numbers, Sum>("Calculator/Add", (numbers, call) => new(new Sum(numbers.Left + numbers.Right)))
            .Unary<Numbers, Sum>("Calculator/Divide", (numbers, call) => numbers.Right != 0
                ? new(new Sum(numbers.Left / numbers.Right))
                : throw new RpcStatusException(RpcStatus.InvalidArgument, "Nothing can be divided by 0."))
            .Build();
        IActorRef server = system.ActorOf(RpcServer.Props("tcp://127.0.0.1:7001", service), "calculator");

        // </doc>
        return server;
    }

    public static IHost Host(string[] args, RpcService service)
    {
        // <doc>
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(args);
        builder.Services.AddAkka("calculator", akka => akka
            .WithNetpoll(builder.Configuration.GetSection("Netpoll"))
            .WithNetpollRpcServer<RpcService>("calculator", (actors, services) => service, builder.Configuration.GetSection("Calculator")));
        builder.Services.AddHealthChecks().AddNetpoll();

        // </doc>
        return builder.Build();
    }

    public static async Task<long> CallAsync(ActorSystem system, NetAddress first, NetAddress second)
    {
        // <doc>
        RpcClientOptions options = new()
        {
            Connections = ConnectionPolicy.Pool(maxConnections: 16),
            Selection = EndpointSelection.LeastInFlight,
            Retry = new RetryPolicy { MaxTries = 3 },
            Circuit = new CircuitPolicy { TimeoutsToOpen = 16 },
        };
        await using RpcChannel channel = system.Netpoll().Rpc([first, second], Codecs.LengthField(), options);
        using Response answer = await channel.CallAsync("get"u8, new CallOptions(TimeSpan.FromSeconds(1), IsIdempotent: true));

        // </doc>
        return answer.Payload.Length;
    }

    public static RpcClientOptions WithIds()
    {
        // <doc>
        RpcClientOptions numbered = new() { Protocol = CallProtocols.WithIds, Connections = ConnectionPolicy.Mux(connections: 4) };

        // </doc>
        return numbered;
    }
}

// <doc>
public sealed record Numbers(long Left, long Right);

public sealed record Sum(long Value);

[JsonSerializable(typeof(Numbers))]
[JsonSerializable(typeof(Sum))]
public sealed partial class SumJson : JsonSerializerContext;

// </doc>
