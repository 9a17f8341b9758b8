using System.Globalization;

namespace Netpoll.Bench.Servers.Actors;

/// <summary>How the server of actors is to work.</summary>
/// <param name="Serial">Handlers run on their connection's event loop.</param>
/// <param name="SharedHandlers">So many handlers for all connections; 0 for one for each connection.</param>
/// <param name="Backend">The pollers' backend; null for the default.</param>
internal sealed record ActorsOptions(bool Serial, int SharedHandlers, string? Backend)
{
    /// <summary>Reads <c>--serial</c>, <c>--shared-handlers N</c> and <c>--backend NAME</c>.</summary>
    public static ActorsOptions Parse(string[] arguments) => new(
        arguments.Contains("--serial"),
        int.Parse(After(arguments, "--shared-handlers") ?? "0", CultureInfo.InvariantCulture),
        After(arguments, "--backend"));

    private static string? After(string[] arguments, string name) => arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();
}
