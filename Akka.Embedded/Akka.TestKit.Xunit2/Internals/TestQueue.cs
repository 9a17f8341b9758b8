using System.Threading.Channels;

namespace Akka.TestKit.Internal;

/// <summary>What a test actor was told and the test has not asked for yet. Told by one, taken by one.</summary>
internal sealed class TestQueue
{
    private readonly Channel<MessageEnvelope> _messages = Channel.CreateUnbounded<MessageEnvelope>();

    public int Count => _messages.Reader.Count;

    public void Add(MessageEnvelope envelope) => _messages.Writer.TryWrite(envelope);

    public bool TryPeek(out MessageEnvelope? envelope) => _messages.Reader.TryPeek(out envelope);

    public bool TryTake(out MessageEnvelope? envelope) => _messages.Reader.TryRead(out envelope);

    /// <summary>Waits for a message to be there.</summary>
    /// <returns>False if none came in time.</returns>
    public async ValueTask<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_messages.Reader.TryPeek(out _))
            return true;
        if (timeout == TimeSpan.Zero)
            return false;

        try
        {
            return await _messages.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return _messages.Reader.TryPeek(out _);
        }
    }
}
