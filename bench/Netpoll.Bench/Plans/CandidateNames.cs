namespace Netpoll.Bench.Plans;

/// <summary>What the servers are called on the command line and in the reports, in the order in which a round runs them.</summary>
public static class CandidateNames
{
    /// <summary>The bare C epoll server that every other is compared with: the price of the kernel alone.</summary>
    public const string Yardstick = "c-epoll";

    /// <summary>Handlers run on their connection's event loop.</summary>
    public const string Serial = "actors-serial";

    /// <summary>Handlers run on the bounded dispatcher, as an RPC server's do.</summary>
    public const string Bounded = "actors-bounded";

    /// <summary>As <see cref="Bounded"/>, with four handlers for all connections.</summary>
    public const string Shared = "actors-shared";

    /// <summary><see cref="Serial"/> with a backend that the command line names.</summary>
    public const string SerialOnUring = Serial + "/io-uring";

    /// <summary>.NET's Socket in an asynchronous loop.</summary>
    public const string Socket = "dotnet-socket";

    /// <summary>As <see cref="Socket"/>, but one send answers all that one receive brought; the same unless many requests are in flight.</summary>
    public const string MergedSocket = "dotnet-socket-merged";

    /// <summary>Kestrel's ConnectionHandler.</summary>
    public const string Kestrel = "kestrel";

    /// <summary>Akka.NET's own networking.</summary>
    public const string AkkaIo = "akka-io";

    /// <summary>Go's standard library.</summary>
    public const string Go = "go-net";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Yardstick, Serial, Bounded, Shared, Socket, MergedSocket, Kestrel, AkkaIo, Go];
}
