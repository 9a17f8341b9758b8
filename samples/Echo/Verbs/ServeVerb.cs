using System.CommandLine;
using Echo.Serving;
using Netpoll.Poller.Sockets;

namespace Echo.Verbs;

/// <summary><c>serve</c>: serves until Ctrl+C or SIGTERM.</summary>
internal static class ServeVerb
{
    private static readonly Option<NetAddress> s_address =
        EchoOptions.Address("--address", "Where to listen; port 0 picks a free one.", "tcp://127.0.0.1:7000");

    private static readonly Option<int?> s_pollers = EchoOptions.OptionalNumber("--pollers", "Event loops (default: one per core).", 1, 1024);
    private static readonly Option<string?> s_backend = new Option<string?>("--backend")
    {
        Description = "How event loops hear of sockets (default: the best there is).",
    }.AcceptOnlyFromAmong("auto", "epoll", "io-uring", "kqueue", "poll");

    private static readonly Option<int?> s_workers = EchoOptions.OptionalNumber("--workers", "Threads that run handlers (default: one per core).", 1, 1024);
    private static readonly Option<bool> s_log = new("--log") { Description = "Writes the actor system's warnings and errors to standard output." };
    private static readonly Option<bool> s_serial = new("--serial") { Description = "Handlers run on their connection's event loop and must not block." };

    private static readonly Option<int?> s_sharedHandlers =
        EchoOptions.OptionalNumber("--shared-handlers", "So many handlers for all connections (default: one for each connection).", 1, 65536);

    public static Command Create()
    {
        var verb = new Command("serve", "Answers every request with its own bytes, until Ctrl+C or SIGTERM.")
        {
            s_address, s_pollers, s_backend, s_workers, s_serial, s_sharedHandlers, s_log,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(s_serial) && result.GetValue(s_sharedHandlers) is not null)
            {
                result.AddError("--serial and --shared-handlers exclude each other: a shared handler has no connection of its own.");
            }
        });
        verb.SetAction((command, _) => RunAsync(OptionsOf(command)));
        return verb;
    }

    /// <summary>The options as given.</summary>
    public static ServeOptions OptionsOf(ParseResult command) => new()
    {
        Address = command.GetRequiredValue(s_address),
        Pollers = command.GetValue(s_pollers),
        Backend = command.GetValue(s_backend),
        Workers = command.GetValue(s_workers),
        Serial = command.GetValue(s_serial),
        SharedHandlers = command.GetValue(s_sharedHandlers),
        Log = command.GetValue(s_log),
    };

    private static async Task<int> RunAsync(ServeOptions options)
    {
        using var signals = new ShutdownSignals();
        await using EchoServer server = await EchoServer.StartAsync(options);
        Console.WriteLine($"listening on {server.Address}");
        await signals.WaitAsync();
        return EchoCommand.Success;
    }
}
