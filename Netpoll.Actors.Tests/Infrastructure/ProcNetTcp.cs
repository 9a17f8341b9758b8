using System.Globalization;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>The kernel's table of TCP sockets (<c>proc(5)</c>), IPv4 loopback only: what is open, whoever thinks it is closed.</summary>
internal static class ProcNetTcp
{
    private const string Listening = "0A";
    private const string NoDescriptor = "0";

    /// <summary>How many descriptors hold a socket that is connected, or connecting, to a port of 127.0.0.1.</summary>
    public static int OpenTo(int port) =>
        Rows().Count(row => row[3] != Listening && row[2] == Loopback(port) && row[9] != NoDescriptor);

    /// <summary>How many connections wait to be accepted at a port of 127.0.0.1.</summary>
    public static int WaitingAt(int port) =>
        Rows().Where(row => row[3] == Listening && row[1] == Loopback(port)).Sum(row => Hex(row[4].Split(':')[1]));

    private static IEnumerable<string[]> Rows() =>
        File.ReadAllLines("/proc/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"0100007F:{port:X4}");

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
