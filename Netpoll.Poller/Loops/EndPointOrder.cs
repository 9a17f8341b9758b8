using System.Net;
using System.Net.Sockets;

namespace Netpoll.Poller.Loops;

/// <summary>In which order the end points of a name are tried.</summary>
internal static class EndPointOrder
{
    /// <summary>
    /// The resolver's order (RFC 6724), but the two address families in turns, beginning with the first one's (RFC 8305, section 4, with a
    /// First Address Family Count of 1): when a family does not work at all, the second try is already of the other.
    /// </summary>
    public static IReadOnlyList<EndPoint> Interleave(IReadOnlyList<EndPoint> resolved)
    {
        if (resolved.Count < 3)
        {
            return resolved;
        }

        AddressFamily first = resolved[0].AddressFamily;
        EndPoint[] ofFirst = [.. resolved.Where(endPoint => endPoint.AddressFamily == first)];
        EndPoint[] ofOthers = [.. resolved.Where(endPoint => endPoint.AddressFamily != first)];
        List<EndPoint> order = new(resolved.Count);
        for (int i = 0; i < Math.Max(ofFirst.Length, ofOthers.Length); i++)
        {
            order.AddRange(ofFirst.Skip(i).Take(1));
            order.AddRange(ofOthers.Skip(i).Take(1));
        }

        return order;
    }
}
