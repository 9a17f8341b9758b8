using System.Diagnostics;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Polling;

namespace Echo.Load;

/// <summary>
/// One connection of the load: sends its requests, checks what comes back, and sends the next one for each reply. Lives on the load's
/// loop and owns the channel. Allocates nothing per request.
/// </summary>
internal sealed class LoadConnection : IStreamReceiver, IDisposable
{
    /// <summary>How long a reply may take before it counts as an error.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly int _number;
    private readonly EchoFrame _frame;
    private readonly StreamChannel _channel;
    private readonly LoadMeter _meter;
    private readonly LinkBuffer _input;
    private readonly LinkBuffer _output;
    private readonly long[] _due;
    private ReplyVerifier _verifier;
    private long _sent;
    private long _replied;

    /// <summary>Takes the channel over.</summary>
    /// <param name="number">Distinguishes its requests from those of the other connections.</param>
    /// <param name="inFlight">Requests under way at once; 0 for a connection that stays silent.</param>
    /// <param name="frame">What to send.</param>
    /// <param name="channel">The open connection.</param>
    /// <param name="meter">Where to record.</param>
    /// <param name="pool">Where the loop's buffers come from.</param>
    public LoadConnection(int number, int inFlight, EchoFrame frame, StreamChannel channel, LoadMeter meter, BlockPool pool)
    {
        _number = number;
        _frame = frame;
        _channel = channel;
        _meter = meter;
        _input = new LinkBuffer(pool);
        _output = new LinkBuffer(pool);
        _due = new long[inFlight];
        _verifier = new ReplyVerifier(frame, number);
    }

    /// <summary>Sends the first requests.</summary>
    public void Start()
    {
        // It may be lost while the others are still being opened.
        if (!_channel.IsOpen)
        {
            return;
        }

        long now = Stopwatch.GetTimestamp();
        for (int i = 0; i < _due.Length; i++)
        {
            Request(now);
        }

        Flush();
    }

    /// <inheritdoc/>
    public void OnReadable()
    {
        IoResult received = _channel.Receive(_input, out _);
        if (received.WouldBlock)
        {
            return;
        }

        if (received.IsFailure || received.IsEndOfStream)
        {
            Fail(received.IsFailure ? $"{received.Error}" : "closed by the server");
        }
        else if (TakeReplies(Stopwatch.GetTimestamp()))
        {
            Flush();
        }
        else
        {
            Fail("a reply that is not what was sent");
        }
    }

    /// <inheritdoc/>
    public void OnWritable() => Flush();

    /// <inheritdoc/>
    public void OnHangUp() => Fail("lost");

    /// <summary>A closed loop does not notice a reply that never comes: this does.</summary>
    public void FailIfOverdue()
    {
        if (_channel.IsOpen && _replied < _sent && Stopwatch.GetElapsedTime(DueTime(_replied)) > Patience)
        {
            Fail("a request is still unanswered");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Close();
        _input.Dispose();
        _output.Dispose();
    }

    /// <summary>When the request was due: as many are under way as there are places.</summary>
    private ref long DueTime(long request) => ref _due[request % _due.Length];

    private void Request(long now)
    {
        DueTime(_sent) = now;
        _frame.Write(_output, _number, _sent++);
    }

    /// <summary>Checks what came, and has a new request follow each whole reply.</summary>
    private bool TakeReplies(long now)
    {
        foreach (ReadOnlyMemory<byte> memory in _input.AsSequence())
        {
            ReadOnlySpan<byte> bytes = memory.Span;
            while (!bytes.IsEmpty)
            {
                bool isAwaited = _replied < _sent;
                if (!isAwaited || !_verifier.TryTake(ref bytes, out bool isWhole))
                {
                    return false;
                }

                if (isWhole)
                {
                    _meter.Replied(now - DueTime(_replied++));
                    Request(now);
                }
            }
        }

        _input.Skip(_input.Length);
        _input.Release();
        return true;
    }

    private void Flush()
    {
        _output.Flush();
        IoResult sent = _channel.Send(_output);
        if (sent.IsFailure)
        {
            Fail($"{sent.Error}");
        }
        else
        {
            _channel.SetInterest(sent.WouldBlock ? PollInterest.Read | PollInterest.Write : PollInterest.Read);
        }
    }

    private void Fail(string error)
    {
        _meter.Failed(_number, error);
        Dispose();
    }
}
