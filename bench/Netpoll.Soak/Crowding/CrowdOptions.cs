namespace Netpoll.Soak.Crowding;

/// <summary>Who is measured, beside whom, and how often.</summary>
/// <param name="Connections">Connections whose latency is measured.</param>
/// <param name="Rate">Their requests in a second; 0 for a closed loop.</param>
/// <param name="SlowReaders">Peers that send all they can and hardly read.</param>
/// <param name="Floods">Peers that send all they can and read all that comes.</param>
/// <param name="Rounds">Of each a measurement without those peers, and one with them.</param>
/// <param name="Seconds">Length of a measurement.</param>
/// <param name="Backend">Of the server's pollers.</param>
internal sealed record CrowdOptions(int Connections, double Rate, int SlowReaders, int Floods, int Rounds, double Seconds, string Backend);
