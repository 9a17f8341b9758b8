namespace Akka.Actor;

/// <summary>Something that can be called off. Any thread.</summary>
public interface ICancelable
{
    /// <summary>Whether it was called off.</summary>
    bool IsCancellationRequested { get; }

    /// <summary>Is cancelled when this is.</summary>
    CancellationToken Token { get; }

    /// <summary>Calls it off.</summary>
    void Cancel();

    /// <summary>Calls it off later.</summary>
    /// <param name="delay">When.</param>
    void CancelAfter(TimeSpan delay);

    /// <summary>Calls it off later.</summary>
    /// <param name="millisecondsDelay">When, in milliseconds.</param>
    void CancelAfter(int millisecondsDelay);
}

/// <summary>Calls off whatever it is given to.</summary>
public class Cancelable : ICancelable, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>One that is not called off by itself.</summary>
    /// <param name="scheduler">Not used here; Akka takes its clock from it.</param>
    public Cancelable(IScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
    }

    /// <summary>One that is called off later.</summary>
    /// <param name="scheduler">Not used here; Akka takes its clock from it.</param>
    /// <param name="delay">When.</param>
    public Cancelable(IScheduler scheduler, TimeSpan delay)
        : this(scheduler)
    {
        CancelAfter(delay);
    }

    /// <inheritdoc/>
    public bool IsCancellationRequested => _source.IsCancellationRequested;

    /// <inheritdoc/>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Cancel() => _source.Cancel();

    /// <inheritdoc/>
    public void CancelAfter(TimeSpan delay) => _source.CancelAfter(delay);

    /// <inheritdoc/>
    public void CancelAfter(int millisecondsDelay) => _source.CancelAfter(millisecondsDelay);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the token's source.</summary>
    /// <param name="disposing">True.</param>
    protected virtual void Dispose(bool disposing) => _source.Dispose();
}

/// <summary>Conveniences of cancelables.</summary>
public static class CancelableExtensions
{
    /// <summary>Calls it off, if there is something.</summary>
    /// <param name="cancelable">What, or null.</param>
    public static void CancelIfNotNull(this ICancelable? cancelable) => cancelable?.Cancel();
}
