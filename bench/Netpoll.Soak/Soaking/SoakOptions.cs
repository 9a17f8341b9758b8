namespace Netpoll.Soak.Soaking;

/// <summary>How long, with how many, how fast.</summary>
/// <param name="Seconds">How long connections are opened, used and closed.</param>
/// <param name="Connections">How many live at once.</param>
/// <param name="StepsPerSecond">What all of them do in a second: an opening, a call, an end.</param>
/// <param name="Seed">Of everything that is left to chance, but for the order in which the machine does it.</param>
/// <param name="Trims">Whether to wait until the server has forgotten the blocks that it keeps for reuse: a minute or two.</param>
/// <param name="Backend">Of the server's pollers.</param>
internal sealed record SoakOptions(double Seconds, int Connections, double StepsPerSecond, int Seed, bool Trims, string Backend);
