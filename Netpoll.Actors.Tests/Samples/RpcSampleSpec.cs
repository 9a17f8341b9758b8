using System.Diagnostics;
using System.Runtime.CompilerServices;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Rpc sample as its users run it prints what its README says.</summary>
[Collection(Alone.Name)]
public sealed class RpcSampleSpec
{
    /// <summary>Only ends a test that would hang.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_prints_what_its_README_says()
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(dotnet, ["exec", SampleProgram.PathOf("Rpc", "RpcSample")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process sample = Process.Start(start)!;
        Task<string> output = sample.StandardOutput.ReadToEndAsync();
        Task<string> error = sample.StandardError.ReadToEndAsync();
        await sample.WaitForExitAsync().WaitAsync(s_patience);

        Assert.Equal("", await error);
        Assert.Equal(Expected(), (await output).TrimEnd());
        Assert.Equal(0, sample.ExitCode);
    }

    private static string Expected([CallerFilePath] string path = "")
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "../../samples/Rpc/README.md"));
        return readme.Split("```text\n")[1].Split("```")[0].TrimEnd();
    }
}
