namespace Netpoll.Actors.Tests.Infrastructure;

/// <summary>Threads wait here until the test opens it; disposing opens it. Nobody waits for ever.</summary>
public sealed class Gate : IDisposable
{
    private readonly ManualResetEventSlim _open = new();

    public void Wait()
    {
        if (!_open.Wait(Eventually.Patience))
        {
            throw new TimeoutException("Nobody opened the gate.");
        }
    }

    public void Open() => _open.Set();

    // Not disposed of itself: those who wait still look at it.
    public void Dispose() => Open();
}
