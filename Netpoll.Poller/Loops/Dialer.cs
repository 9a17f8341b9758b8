using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Sockets;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Poller.Loops;

/// <summary>Opens connections on an event loop.</summary>
public static class Dialer
{
    /// <inheritdoc cref="ConnectAsync(EventLoop, NetAddress, DialOptions, CancellationToken)"/>
    /// <param name="loop">The loop that waits for the attempts.</param>
    /// <param name="address">Whom to call.</param>
    /// <param name="options">What to set on the socket; null for the defaults.</param>
    /// <param name="timeout">For the whole of it, the resolver included; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the kernel.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<StreamChannel> ConnectAsync(
        this EventLoop loop, NetAddress address, SocketOptions? options, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        loop.ConnectAsync(address, new DialOptions { Socket = options ?? SocketOptions.Default, Timeout = timeout }, cancellationToken);

    /// <summary>
    /// Connects to an address, by "happy eyeballs" (RFC 8305): the end points that it resolves to are tried in turns of their families; the next
    /// one joins in when the last has failed or has not answered for <see cref="DialOptions.AttemptDelay"/>, and the first to answer
    /// wins. Any thread. The channel is nobody's yet: give it to the loop with
    /// <see cref="EventLoop.Add(StreamChannel, IStreamReceiver, Polling.PollInterest)"/>, or close it.
    /// </summary>
    /// <param name="loop">The loop that waits for the attempts.</param>
    /// <param name="address">Whom to call.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketOperationException">
    /// No end point answered: the first one's error; or the name is unknown; or the time is over; or the loop has ended.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<StreamChannel> ConnectAsync(
        this EventLoop loop, NetAddress address, DialOptions options, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<EndPoint> endPoints;
        EndPoint? local = null;
        try
        {
            endPoints = await address.ResolveAsync(cancellationToken).WaitAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
            if (options.LocalAddress is { } localAddress)
            {
                local = (await localAddress.ResolveAsync(cancellationToken).WaitAsync(options.Timeout, cancellationToken).ConfigureAwait(false))[0];
            }
        }
        catch (TimeoutException)
        {
            throw Dial.TimedOut(address);
        }

        if (local is not null)
        {
            endPoints = [.. endPoints.Where(endPoint => endPoint.AddressFamily == local.AddressFamily)];
            if (endPoints.Count == 0)
            {
                throw new SocketOperationException(
                    "connect to", address, SocketError.AddressFamilyNotSupported, $"it has no address of the kind of {options.LocalAddress}");
            }
        }

        TimeSpan left = options.Timeout == Timeout.InfiniteTimeSpan ? options.Timeout : Left(options.Timeout, started);
        Dial dial = new(loop, address, EndPointOrder.Interleave(endPoints), local, options);
        return await dial.RunAsync(left, cancellationToken).ConfigureAwait(false);
    }

    // Never below zero: a time that is over by exactly one millisecond would look like InfiniteTimeSpan.
    private static TimeSpan Left(TimeSpan timeout, long started)
    {
        TimeSpan left = timeout - Stopwatch.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
