using System.Diagnostics;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Actors.Tests.Samples;
using Netpoll.Poller.Polling;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>A short turn of <c>bench/Netpoll.Soak</c>: connections opened, used and closed in random ways, after which a server holds what it held before.</summary>
[Collection(Alone.Name)]
public sealed class SoakSpec(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData(PollerBackend.Epoll, "epoll")]
    [InlineData(PollerBackend.IoUring, "io-uring")]
    public async Task A_server_holds_at_the_end_what_it_held_at_the_start(PollerBackend backend, string name)
    {
        TestBackend.SkipWithout(backend);
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] arguments = ["soak", "--seconds", "5", "--connections", "300", "--rate", "600", "--untrimmed", "--backend", name];
        using Process soak = Process.Start(
            new ProcessStartInfo(dotnet, ["exec", SampleProgram.PathOf("Netpoll.Soak", "Netpoll.Soak"), .. arguments]) { RedirectStandardOutput = true })!;
        string said = await soak.StandardOutput.ReadToEndAsync();
        await soak.WaitForExitAsync();
        output.WriteLine(said);
        Assert.True(soak.ExitCode == 0, said);
    }
}
