using System.Diagnostics;
using Netpoll.Poller.Sockets;

namespace Netpoll.Bench.Clients;

/// <summary>The C echo server, compiled and started; disposing ends it.</summary>
internal sealed class EchoServer : IDisposable
{
    private const string Announcement = "listening on ";

    private readonly Process _process;

    private EchoServer(Process process, NetAddress address) => (_process, Address) = (process, address);

    public NetAddress Address { get; }

    /// <exception cref="InvalidOperationException">It cannot be compiled, or does not listen.</exception>
    public static async Task<EchoServer> StartAsync()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "yardstick", "epoll_echo");
        using (Process compiler = Process.Start("cc", ["-O2", "-o", program, program + ".c"]))
        {
            await compiler.WaitForExitAsync();
            if (compiler.ExitCode != 0)
            {
                throw new InvalidOperationException("cc cannot compile the echo server.");
            }
        }

        Process process = Process.Start(new ProcessStartInfo(program, ["0"]) { RedirectStandardOutput = true })!;
        string? line = await process.StandardOutput.ReadLineAsync();
        if (line?.StartsWith(Announcement, StringComparison.Ordinal) != true)
        {
            process.Kill();
            process.Dispose();
            throw new InvalidOperationException("The echo server does not listen.");
        }

        return new EchoServer(process, NetAddress.Parse(line[Announcement.Length..]));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
