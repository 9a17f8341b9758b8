using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Loops;

/// <summary>One dial under way: a race of attempts, of which the first to answer wins and closes the others. Its fields are the loop thread's.</summary>
internal sealed class Dial
{
    /// <summary>How often an end point is tried again when the failure was this machine's passing mood (netpoll and Go: twice).</summary>
    private const int MaxRepeats = 2;

    private readonly EventLoop _loop;
    private readonly NetAddress _address;
    private readonly IReadOnlyList<EndPoint> _endPoints;
    private readonly EndPoint? _local;
    private readonly DialOptions _options;
    private readonly TaskCompletionSource<StreamChannel> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ConnectChannel> _underWay = [];
    private readonly Alarm _limit;
    private readonly Alarm _nextAttempt;
    private int _next;
    private int _repeats;
    private SocketOperationException? _error;
    private int _errorOf = int.MaxValue;

    public Dial(EventLoop loop, NetAddress address, IReadOnlyList<EndPoint> endPoints, EndPoint? local, DialOptions options)
    {
        (_loop, _address, _endPoints, _local, _options) = (loop, address, endPoints, local, options);
        _limit = new Alarm(() => Fail(TimedOut(address)));
        _nextAttempt = new Alarm(StartNext);
    }

    public static SocketOperationException TimedOut(NetAddress address) =>
        new("connect to", address, SocketError.TimedOut, "no answer within the time-out");

    /// <summary>Any thread.</summary>
    public async Task<StreamChannel> RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _loop.Execute(() => Begin(timeout, cancellationToken));
        using (cancellationToken.Register(() => _loop.Execute(() => Cancel(cancellationToken))))
        {
            return await _result.Task.ConfigureAwait(false);
        }
    }

    private void Begin(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _result.TrySetCanceled(cancellationToken);
        }
        else if (!_loop.IsOnLoop)
        {
            _result.TrySetException(LoopEnded());
        }
        else if (timeout != Timeout.InfiniteTimeSpan && timeout <= TimeSpan.Zero)
        {
            _result.TrySetException(TimedOut(_address));
        }
        else
        {
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                _loop.Schedule(_limit, timeout);
            }

            StartNext();
        }
    }

    /// <summary>Tries the next end point; one that fails at once gives way to its successor at once.</summary>
    private void StartNext()
    {
        while (_next < _endPoints.Count)
        {
            int index = _next++;
            _repeats = 0;
            if (TryStart(index))
            {
                if (_next < _endPoints.Count)
                {
                    _loop.Schedule(_nextAttempt, _options.AttemptDelay);
                }

                return;
            }
        }

        if (_underWay.Count == 0)
        {
            Fail(_error!);
        }
    }

    private bool TryStart(int index)
    {
        try
        {
            EndPoint endPoint = _endPoints[index];
            ConnectChannel? channel = null;
            channel = new ConnectChannel(
                SocketFactory.BeginConnect(_address, endPoint, _options.Socket, _local),
                _address,
                endPoint,
                () => Decided(channel!, index),
                () => Closed(channel!));
            Watch(channel);
            return true;
        }
        catch (SocketOperationException refused)
        {
            return Note(refused, index, isPassing: refused.ErrorNumber == Errno.EADDRNOTAVAIL && _local is null) && TryStart(index);
        }
    }

    private void Watch(ConnectChannel channel)
    {
        try
        {
            _loop.Add(channel);
        }
        catch (Win32Exception unwatched)
        {
            channel.Close();
            throw new SocketOperationException("connect to", _address, unwatched.NativeErrorCode);
        }

        _underWay.Add(channel);
    }

    private void Decided(ConnectChannel channel, int index)
    {
        _underWay.Remove(channel);
        StreamChannel? connected = channel.Finish(out SocketOperationException? error);
        if (connected is not null)
        {
            CleanUp();
            _result.TrySetResult(connected);
        }
        else if (Note(error!, index, channel.MetItself) && TryStart(index))
        {
            // The same end point is under way again.
        }
        else
        {
            _loop.Cancel(_nextAttempt);
            StartNext();
        }
    }

    /// <summary>Keeps the error of the end point that was tried first.</summary>
    /// <returns>True when the failure may pass, and it is worth trying again.</returns>
    private bool Note(SocketOperationException error, int index, bool isPassing)
    {
        if (index < _errorOf)
        {
            (_error, _errorOf) = (error, index);
        }

        return isPassing && _repeats++ < MaxRepeats;
    }

    /// <summary>Somebody else has closed an attempt's channel, and that can only be the loop at its end.</summary>
    private void Closed(ConnectChannel channel)
    {
        if (_underWay.Remove(channel))
        {
            Fail(LoopEnded());
        }
    }

    private SocketOperationException LoopEnded() => new("connect to", _address, SocketError.OperationAborted, "the event loop has ended");

    private void Cancel(CancellationToken cancellationToken)
    {
        // Off the loop's thread the loop has ended, and closed the channels.
        if (_result.TrySetCanceled(cancellationToken) && _loop.IsOnLoop)
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
        _next = _endPoints.Count;
        _loop.Cancel(_limit);
        _loop.Cancel(_nextAttempt);
        ConnectChannel[] losers = [.. _underWay];
        _underWay.Clear();
        foreach (ConnectChannel loser in losers)
        {
            loser.Close();
        }
    }

    private sealed class Alarm(Action due) : LoopTimer
    {
        protected internal override void OnDue() => due();
    }
}
