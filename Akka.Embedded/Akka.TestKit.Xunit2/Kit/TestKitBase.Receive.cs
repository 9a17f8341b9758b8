using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Taking messages as they come.</content>
public abstract partial class TestKitBase
{
    /// <summary>The next message, or null if none comes in time.</summary>
    /// <param name="max">How long to wait; null for the default, zero not to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(ReceiveOneAsync(max, cancellationToken))!;

    /// <summary>The next message, or null if none comes in time.</summary>
    /// <param name="max">How long to wait; null for the default, zero not to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        await TakeAsync(RemainingOrDilated(max), cancellationToken).ConfigureAwait(false) is RealMessageEnvelope envelope ? envelope.Message : null!;

    /// <summary>The next message, which stays where it is, or null if none comes in time.</summary>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(PeekOneAsync(max, cancellationToken))!;

    /// <summary>The next message, which stays where it is, or null if none comes in time.</summary>
    /// <param name="max">How long to wait; null for the default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var peeked = await _queue.WaitAsync(RemainingOrDilated(max), cancellationToken).ConfigureAwait(false) && _queue.TryPeek(out var next) ? next : null;
        _last = peeked ?? NullMessageEnvelope.Instance;
        return peeked?.Message!;
    }

    /// <summary>So many messages.</summary>
    /// <param name="numberOfMessages">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveN(numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>So many messages.</summary>
    /// <param name="numberOfMessages">How many.</param>
    /// <param name="max">How long all of them may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Blocking.Wait(TakeManyAsync(numberOfMessages, RemainingOrDilated(max), cancellationToken));

    /// <summary>So many messages.</summary>
    /// <param name="numberOfMessages">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveNAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>So many messages.</summary>
    /// <param name="numberOfMessages">How many.</param>
    /// <param name="max">How long all of them may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages, TimeSpan max, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var message in await TakeManyAsync(numberOfMessages, RemainingOrDilated(max), cancellationToken).ConfigureAwait(false))
            yield return message;
    }

    /// <summary>Messages while they fit and keep coming. The first that does not fit stays where it is.</summary>
    /// <typeparam name="T">What comes of a message.</typeparam>
    /// <param name="max">How long all of them may take; null for the default.</param>
    /// <param name="filter">What comes of a message; null if it does not fit.</param>
    /// <param name="msgs">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) => ReceiveWhile(filter, max, null, msgs, cancellationToken);

    /// <summary>Messages while they fit and keep coming. The first that does not fit stays where it is.</summary>
    /// <typeparam name="T">What comes of a message.</typeparam>
    /// <param name="filter">What comes of a message; null if it does not fit.</param>
    /// <param name="max">How long all of them may take; null for the default.</param>
    /// <param name="idle">How long to wait for each; null for no limit.</param>
    /// <param name="msgs">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) => Blocking.Wait(TakeWhileAsync(filter, RemainingOrDilated(max), idle, msgs, cancellationToken));

    private protected async ValueTask<MessageEnvelope> TakeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (await _queue.WaitAsync(timeout, cancellationToken).ConfigureAwait(false) && _queue.TryTake(out var envelope))
        {
            _lastWasNoMsg = false;
            return _last = envelope!;
        }

        return _last = NullMessageEnvelope.Instance;
    }

    private async Task<IReadOnlyCollection<object>> TakeManyAsync(int count, TimeSpan max, CancellationToken cancellationToken)
    {
        var end = EndOf(max);
        var messages = new List<object>(count);
        while (messages.Count < count)
        {
            var envelope = await TakeAsync(Left(end), cancellationToken).ConfigureAwait(false);
            if (envelope is NullMessageEnvelope)
                FailWith.Fail("Timeout ({0}) while expecting {1} messages. Only got {2} after {0}.", max, count, messages.Count);
            messages.Add(envelope.Message!);
        }

        return messages;
    }

    private async Task<IReadOnlyList<T>> TakeWhileAsync<T>(
        Func<object, T> filter, TimeSpan max, TimeSpan? idle, int count, CancellationToken cancellationToken)
    {
        var end = EndOf(max);
        var results = new List<T>();
        _last = NullMessageEnvelope.Instance;
        while (results.Count < count)
        {
            var left = Left(end);
            var wait = idle is { } given && given < left ? given : left;
            if (!await _queue.WaitAsync(wait, cancellationToken).ConfigureAwait(false)
                || !_queue.TryPeek(out var next) || filter(next!.Message!) is not { } result)
            {
                break;
            }

            _queue.TryTake(out _);
            _last = next;
            results.Add(result);
        }

        _lastWasNoMsg = true;
        return results;
    }
}
