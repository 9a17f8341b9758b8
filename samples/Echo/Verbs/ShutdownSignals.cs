using System.Runtime.InteropServices;

namespace Echo.Verbs;

/// <summary>Ctrl+C and SIGTERM as a request to end in good order. A second one ends the process at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _registrations;

    public ShutdownSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    /// <summary>Cancelled when the process is to end.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>Waits for that.</summary>
    public async Task WaitAsync() =>
        await Task.Delay(Timeout.InfiniteTimeSpan, Requested).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _requested.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = !_requested.IsCancellationRequested;
        _requested.Cancel();
    }
}
