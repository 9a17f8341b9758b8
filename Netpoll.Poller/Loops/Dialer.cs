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
    /// <exception cref="SocketOperationException">No end point answered: the first one's error; or the name is unknown; or the time is over.</exception>
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
            TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(started);
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

            if (timeout != Timeout.InfiniteTimeSpan && timeout <= TimeSpan.Zero)
            {
                _result.TrySetException(TimedOut(address));
                return;
            }

            try
            {
                _channel = new ConnectChannel(SocketFactory.BeginConnect(address, endPoint, options), address, _ => Decided());
                loop.Add(_channel);
            }
            catch (Exception refused) when (refused is SocketOperationException or Win32Exception or InvalidOperationException)
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
            StreamChannel? connected = _channel!.Finish(out SocketOperationException? error);
            _channel = null;
            if (connected is null)
            {
                Fail(error!);
                return;
            }

            loop.Cancel(this);
            _result.TrySetResult(connected);
        }

        private void Cancel(CancellationToken cancellationToken)
        {
            if (_result.TrySetCanceled(cancellationToken))
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
            _channel?.Close();
            _channel = null;
        }
    }
}
