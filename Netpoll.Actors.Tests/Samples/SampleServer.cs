using System.Diagnostics;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A built sample that is a server, as its users run it, on a free port. Disposing it kills it if it still runs.</summary>
public class SampleServer(string project, string assembly) : IAsyncLifetime
{
    private const string Announcement = "listening on ";

    /// <summary>Only ends a test that would hang.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private Process _process = null!;

    /// <summary>Where it listens.</summary>
    public NetAddress Address { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] arguments = ["exec", SampleProgram.PathOf(project, assembly), "tcp://127.0.0.1:0"];
        _process = Process.Start(new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true })!;
        string? line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        Assert.StartsWith(Announcement, line, StringComparison.Ordinal);
        Address = NetAddress.Parse(line![Announcement.Length..]);
    }

    public Task DisposeAsync()
    {
        _process.Kill();
        _process.Dispose();
        return Task.CompletedTask;
    }
}
