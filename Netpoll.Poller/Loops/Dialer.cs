using System.ComponentModel;
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
    /// <summary>
    /// Connects to an address: every end point that it resolves to, one after the other, until one answers. Any thread.
    /// The channel is nobody's yet: give it to the loop with <see cref="EventLoop.Add(StreamChannel, IStreamReceiver, Polling.PollInterest)"/>, or close it.
    /// </summary>
    /// <param name="loop">The loop that waits for the attempt.</param>
    /// <param name="address">Whom to call.</param>
    /// <param name="options">What to set on the socket; null for the defaults.</param>
    /// <param name="timeout">For the whole of it, the resolver included; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the kernel.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketOperationException">
    /// No end point answered: the first one's error; or the name is unknown; or the time is over; or the loop has ended.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<StreamChannel> ConnectAsync(
        this EventLoop loop, NetAddress address, SocketOptions? options, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<EndPoint> endPoints;
        try
        {
            endPoints = await address.ResolveAsync(cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw TimedOut(address);
        }

        SocketOperationException? firstError = null;
        foreach (EndPoint endPoint in endPoints)
        {
            TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? timeout : Left(timeout, started);
            try
            {
                return await Attempt.RunAsync(loop, address, endPoint, options ?? SocketOptions.Default, left, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketOperationException error)
            {
                firstError ??= error;
            }
        }

        throw firstError!;
    }

    // Never below zero: a time that is over by exactly one millisecond would look like InfiniteTimeSpan.
    private static TimeSpan Left(TimeSpan timeout, long started)
    {
        TimeSpan left = timeout - Stopwatch.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static SocketOperationException TimedOut(NetAddress address) =>
        new("connect to", address, SocketError.TimedOut, "no answer within the time-out");

    /// <summary>One try on one end point. Its fields are the loop thread's.</summary>
    private sealed class Attempt(EventLoop loop, NetAddress address) : LoopTimer
    {
        private readonly TaskCompletionSource<StreamChannel> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ConnectChannel? _channel;

        public static async Task<StreamChannel> RunAsync(
            EventLoop loop, NetAddress address, EndPoint endPoint, SocketOptions options, TimeSpan timeout, CancellationToken cancellationToken)
        {
            Attempt attempt = new(loop, address);
            loop.Execute(() => attempt.Begin(endPoint, options, timeout, cancellationToken));
            using (cancellationToken.Register(() => loop.Execute(() => attempt.Cancel(cancellationToken))))
            {
                return await attempt._result.Task.ConfigureAwait(false);
            }
        }

        protected internal override void OnDue() => Fail(TimedOut(address));

        private void Begin(EndPoint endPoint, SocketOptions options, TimeSpan timeout, CancellationToken cancellationToken)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _result.TrySetCanceled(cancellationToken);
                return;
            }

            if (!loop.IsOnLoop)
            {
                _result.TrySetException(LoopEnded());
                return;
            }

            if (timeout != Timeout.InfiniteTimeSpan && timeout <= TimeSpan.Zero)
            {
                _result.TrySetException(TimedOut(address));
                return;
            }

            try
            {
                _channel = new ConnectChannel(SocketFactory.BeginConnect(address, endPoint, options), address, endPoint, Decided, Closed);
                loop.Add(_channel);
            }
            catch (Exception refused) when (refused is SocketOperationException or Win32Exception)
            {
                Fail(refused);
                return;
            }

            if (timeout != Timeout.InfiniteTimeSpan)
            {
                loop.Schedule(this, timeout);
            }
        }

        private void Decided()
        {
            ConnectChannel channel = _channel!;
            _channel = null;
            StreamChannel? connected = channel.Finish(out SocketOperationException? error);
            if (connected is null)
            {
                Fail(error!);
                return;
            }

            loop.Cancel(this);
            _result.TrySetResult(connected);
        }

        /// <summary>Somebody else has closed the channel, and that can only be the loop at its end.</summary>
        private void Closed()
        {
            if (_channel is not null)
            {
                _channel = null;
                Fail(LoopEnded());
            }
        }

        private SocketOperationException LoopEnded() => new("connect to", address, SocketError.OperationAborted, "the event loop has ended");

        private void Cancel(CancellationToken cancellationToken)
        {
            // Off the loop's thread the loop has ended, and closed the channel.
            if (_result.TrySetCanceled(cancellationToken) && loop.IsOnLoop)
            {
                CleanUp();
            }
        }

        private void Fail(Exception error)
        {
            if (_result.TrySetException(error))
            {
                CleanUp();
            }
        }

        private void CleanUp()
        {
            loop.Cancel(this);
            ConnectChannel? channel = _channel;
            _channel = null;
            channel?.Close();
        }
    }
}
