using System.Diagnostics;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Echo sample driven by other languages' standard libraries. Skipped where a language is not installed.</summary>
[Collection(Alone.Name)]
public sealed class LengthFieldClientSpec(BoundedServer fixture) : IClassFixture<BoundedServer>
{
    /// <summary>Only ends a test that would hang: a first Go build takes long.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private const string Python = """
        import os, socket, struct, sys

        def receive(stream, count):
            data = stream.read(count)
            assert len(data) == count, (len(data), count)
            return data

        with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
            stream = connection.makefile("rb")
            bodies = [os.urandom(size) for size in (0, 1, 2, 100, 4096, 65537, 0, 1 << 20)]
            for body in bodies:
                connection.sendall(struct.pack(">I", len(body)) + body)
                assert receive(stream, struct.unpack(">I", receive(stream, 4))[0]) == body
            connection.sendall(b"".join(struct.pack(">I", len(body)) + body for body in bodies[:5] * 20))
            for body in bodies[:5] * 20:
                assert receive(stream, struct.unpack(">I", receive(stream, 4))[0]) == body
            connection.shutdown(socket.SHUT_WR)
            assert stream.read() == b""
        print("ok")
        """;

    private const string Go = """
        package main

        import (
            "bytes"
            "encoding/binary"
            "fmt"
            "io"
            "math/rand"
            "net"
            "os"
        )

        func must(err error) {
            if err != nil {
                panic(err)
            }
        }

        func main() {
            connection, err := net.Dial("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
            must(err)
            for _, size := range []int{0, 1, 2, 100, 4096, 65537, 0, 1 << 20} {
                body := make([]byte, size)
                rand.Read(body)
                must(binary.Write(connection, binary.BigEndian, uint32(size)))
                go connection.Write(body)
                var length uint32
                must(binary.Read(connection, binary.BigEndian, &length))
                answer := make([]byte, length)
                _, err = io.ReadFull(connection, answer)
                must(err)
                if !bytes.Equal(body, answer) {
                    panic(size)
                }
            }
            must(connection.(*net.TCPConn).CloseWrite())
            rest, err := io.ReadAll(connection)
            must(err)
            fmt.Println("ok", len(rest))
        }
        """;

    [SkippableFact]
    public async Task Pythons_standard_library_is_a_client()
    {
        using TempDirectory folder = new();
        string script = folder.File("client.py");
        await File.WriteAllTextAsync(script, Python);
        await AssertPrintsAsync("ok", folder, "python3", script);
    }

    [SkippableFact]
    public async Task Gos_standard_library_is_a_client()
    {
        using TempDirectory folder = new();
        string program = folder.File("client.go");
        await File.WriteAllTextAsync(program, Go);
        await AssertPrintsAsync("ok 0", folder, "go", "run", program);
    }

    private async Task AssertPrintsAsync(string expected, TempDirectory folder, string program, params string[] arguments)
    {
        string? path = Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);
        Skip.If(path is null, $"{program} is not installed.");
        Uri address = new(fixture.Server.Address);
        ProcessStartInfo start = new(path, [.. arguments, address.Host, $"{address.Port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };

        // Nothing is fetched, and what Go builds goes with the folder where there is no home.
        start.Environment["GOPROXY"] = "off";
        start.Environment["GO111MODULE"] = "off";
        start.Environment.TryAdd("GOCACHE", folder.File("cache"));
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_patience);
        Assert.Equal((expected, ""), ((await output).Trim(), (await error).Trim()));
    }
}
