using System.Globalization;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>How the calls to an <see cref="UnrulyServer"/> ended, and how many there are: <c>NETPOLL_RPC_CALLS</c>, 50,000 by default.</summary>
internal sealed class ChaosOutcomes
{
    public int Answered;
    public int TimedOut;
    public int Cancelled;
    public int Lost;

    public static int Calls { get; } = int.Parse(Environment.GetEnvironmentVariable("NETPOLL_RPC_CALLS") ?? "50000", CultureInfo.InvariantCulture);

    public int Total => Answered + TimedOut + Cancelled + Lost;

    public override string ToString() => $"{Answered} answered, {TimedOut} timed out, {Cancelled} cancelled, {Lost} lost their connection";
}
