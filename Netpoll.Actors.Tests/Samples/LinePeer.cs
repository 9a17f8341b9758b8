using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Netpoll.Poller.Sockets;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>A client that sends and receives lines: a socket of .NET's, or <c>nc</c>.</summary>
internal sealed class LinePeer : IDisposable
{
    /// <summary>Only ends a test that would hang.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TextReader _input;
    private readonly TextWriter _output;
    private readonly Action _close;

    private LinePeer(TextReader input, TextWriter output, Action close) => (_input, _output, _close) = (input, output, close);

    /// <summary>A plain socket.</summary>
    /// <param name="address">The server's.</param>
    /// <param name="receiveBuffer">What the kernel may keep for it, in bytes; null for its default.</param>
    public static LinePeer Connect(NetAddress address, int? receiveBuffer = null)
    {
        TcpClient client = new() { NoDelay = true };
        if (receiveBuffer is { } bytes)
        {
            client.ReceiveBufferSize = bytes;
        }

        client.Connect(address.Host!, address.Port);
        NetworkStream stream = client.GetStream();
        return new LinePeer(new StreamReader(stream), new StreamWriter(stream) { NewLine = "\n" }, client.Dispose);
    }

    /// <summary>The program <c>nc</c>.</summary>
    public static LinePeer Netcat(string program, NetAddress address)
    {
        Process process = Process.Start(
            new ProcessStartInfo(program, [address.Host!, address.Port.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            })!;
        return new LinePeer(process.StandardOutput, process.StandardInput, () =>
        {
            process.Kill();
            process.Dispose();
        });
    }

    public async Task SendAsync(string line)
    {
        await _output.WriteLineAsync(line).WaitAsync(s_patience);
        await _output.FlushAsync().WaitAsync(s_patience);
    }

    /// <summary>The next line; null at the end.</summary>
    public Task<string?> ReceiveAsync() => _input.ReadLineAsync().WaitAsync(s_patience);

    public void Dispose() => _close();
}
