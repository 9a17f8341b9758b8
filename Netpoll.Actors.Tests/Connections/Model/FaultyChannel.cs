using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Connections.Model;

/// <summary>
/// A stream channel between which and the kernel things go wrong, by a seeded generator: transfers are cut short or made to wait, for a while
/// even, and at a chosen call the connection breaks. EINTR is none of its faults: the system calls' wrappers deal with that below it.
/// </summary>
internal sealed class FaultyChannel(SocketHandle socket, NetAddress remoteAddress, int seed, FaultPlan plan) : StreamChannel(socket, remoteAddress)
{
    private readonly Random _random = new(seed);
    private int _receives;
    private int _sends;
    private int _waits;
    private int _brokenBy;

    /// <summary>True once it has broken: bytes may be lost from here on.</summary>
    public bool IsBroken => Volatile.Read(ref _brokenBy) != 0;

    internal override SysResult CallReceive(ReadOnlySpan<IoVector> vectors) =>
        Breaks(++_receives == plan.BreakReceiveAt, Errno.ECONNRESET) ?? Waits()
        ?? base.CallReceive(Shorten(vectors, stackalloc IoVector[1]));

    internal override SysResult CallSend(ReadOnlySpan<IoVector> vectors) =>
        Breaks(++_sends == plan.BreakSendAt, _random.Next(2) == 0 ? Errno.EPIPE : Errno.ECONNRESET) ?? Waits()
        ?? base.CallSend(Shorten(vectors, stackalloc IoVector[1]));

    internal override SysResult CallShutdownWrite() => IsBroken ? SysResult.Failure(Errno.ENOTCONN) : base.CallShutdownWrite();

    // A broken socket stays broken.
    private SysResult? Breaks(bool now, int errno)
    {
        if (now)
        {
            Volatile.Write(ref _brokenBy, errno);
        }

        return _brokenBy == 0 ? null : SysResult.Failure(_brokenBy);
    }

    // Level-triggered: the poller reports it again at once.
    private SysResult? Waits()
    {
        if (_waits == 0 && _random.Next(100) < plan.WaitPercent)
        {
            _waits = _random.Next(1, 4);
        }

        if (_waits == 0)
        {
            return null;
        }

        _waits--;
        return SysResult.Failure(Errno.EAGAIN);
    }

    private ReadOnlySpan<IoVector> Shorten(ReadOnlySpan<IoVector> vectors, Span<IoVector> one)
    {
        if (vectors.IsEmpty || _random.Next(100) >= plan.ShortPercent)
        {
            return vectors;
        }

        one[0] = vectors[0];
        one[0].Length = (nuint)_random.NextInt64(1, (long)one[0].Length + 1);
        return one;
    }
}

/// <summary>What goes wrong between a channel and the kernel.</summary>
/// <param name="ShortPercent">How many calls in a hundred move less than they could.</param>
/// <param name="WaitPercent">How many find that they have to wait, and the next few with them.</param>
/// <param name="BreakReceiveAt">The receive at which the connection breaks; 0 for none.</param>
/// <param name="BreakSendAt">The send at which it breaks; 0 for none.</param>
internal sealed record FaultPlan(int ShortPercent, int WaitPercent, int BreakReceiveAt, int BreakSendAt)
{
    public static FaultPlan Next(Random random) => new(
        random.Next(2) * random.Next(60),
        random.Next(2) * random.Next(40),
        random.Next(8) == 0 ? random.Next(1, 20) : 0,
        random.Next(8) == 0 ? random.Next(1, 20) : 0);
}
