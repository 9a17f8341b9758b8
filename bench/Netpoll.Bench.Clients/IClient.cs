namespace Netpoll.Bench.Clients;

/// <summary>A client under measurement.</summary>
internal interface IClient : IAsyncDisposable
{
    /// <summary>Calls the echo server, checks the answer's length, and lets go of it. Any thread.</summary>
    ValueTask CallAsync(byte[] payload, TimeSpan timeout);
}
