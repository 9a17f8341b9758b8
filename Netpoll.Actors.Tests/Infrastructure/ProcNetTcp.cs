using System.Globalization;

namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>The kernel's table of TCP sockets (<c>proc(5)</c>), IPv4 only: what is open, whoever thinks it is closed.</summary>
internal static class ProcNetTcp
{
    private const int Listening = 0x0A;

    /// <summary>All sockets that have a peer. The inode is 0 when no descriptor holds the socket any more.</summary>
    public static IEnumerable<(int LocalPort, int RemotePort, long Inode)> Connections() =>
        Rows().Where(row => row.State != Listening).Select(row => (row.LocalPort, row.RemotePort, row.Inode));

    /// <summary>How many descriptors hold a socket that is connected, or connecting, to a port.</summary>
    public static int OpenTo(int port) => Connections().Count(connection => connection.RemotePort == port && connection.Inode != 0);

    /// <summary>How many connections wait to be accepted at a port.</summary>
    public static int WaitingAt(int port) => Rows().Where(row => row.State == Listening && row.LocalPort == port).Sum(row => row.ReceiveQueue);

    private static IEnumerable<(int LocalPort, int RemotePort, int State, int ReceiveQueue, long Inode)> Rows() =>
        File.ReadAllLines("/proc/net/tcp").Skip(1).Select(line =>
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (PortOf(columns[1]), PortOf(columns[2]), Hex(columns[3]), Hex(columns[4].Split(':')[1]), long.Parse(columns[9], CultureInfo.InvariantCulture));
        });

    private static int PortOf(string address) => Hex(address.Split(':')[1]);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
