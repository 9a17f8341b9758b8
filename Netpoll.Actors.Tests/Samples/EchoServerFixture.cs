using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A server process that the tests of a class share.</summary>
/// <param name="options">How it serves.</param>
public abstract class EchoServerFixture(params string[] options) : IAsyncLifetime
{
    internal EchoProcess Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await ServeAsync();

    public Task DisposeAsync()
    {
        Server.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Starts another one, for a test that looks at the process itself.</summary>
    internal Task<EchoProcess> ServeAsync() => EchoProcess.ServeAsync(["--address", Address(), .. options]);

    /// <summary>Where the next one may listen.</summary>
    protected virtual string Address() => "tcp://127.0.0.1:0";
}
