using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Http sample as its users run it: with .NET's client, with a plain socket, and with curl and wrk where they are installed.</summary>
[Collection(Alone.Name)]
public sealed class HttpSampleSpec(HttpSampleSpec.Server server) : IClassFixture<HttpSampleSpec.Server>
{
    private const string End = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static readonly string[] s_folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');

    [Fact]
    public async Task A_client_gets_what_the_routes_have()
    {
        using HttpClient client = Client();
        Assert.Equal("Hello from a pipe.\n", await client.GetStringAsync("/"));
        using HttpResponseMessage head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        Assert.Equal((HttpStatusCode.OK, 19), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.NotNull(head.Headers.Date);
        byte[] many = await client.GetByteArrayAsync("/bytes?n=10000000");
        Assert.Equal((10_000_000, (byte)'a', (byte)'\n'), (many.Length, many[64], many[63]));
        Assert.Empty(await client.GetByteArrayAsync("/bytes?n=0"));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/bytes?n=-1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/nowhere")).StatusCode);
        using HttpResponseMessage wrong = await client.GetAsync("/echo");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (wrong.StatusCode, Assert.Single(wrong.Content.Headers.Allow)));
        Assert.Equal(HttpStatusCode.NotImplemented, (await client.DeleteAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(5, false, false)]
    [InlineData(5, true, false)]
    [InlineData(1024 * 1024, false, false)]
    [InlineData(1024 * 1024, true, false)]
    [InlineData(1024 * 1024, false, true)]
    [InlineData(1024 * 1024, true, true)]
    public async Task Content_comes_back(int bytes, bool isChunked, bool waits)
    {
        using HttpClient client = Client();
        byte[] content = RawClient.RandomBytes(bytes);
        for (int i = 0; i < 3; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/echo") { Content = new ByteArrayContent(content) };
            request.Headers.TransferEncodingChunked = isChunked;
            request.Headers.ExpectContinue = waits;
            using HttpResponseMessage response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Many_clients_at_once_are_served()
    {
        using HttpClient client = Client();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            byte[] content = RawClient.RandomBytes(i * 1000, i);
            using HttpResponseMessage response = await client.PostAsync("/echo", new ByteArrayContent(content));
            Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        }));
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        StringBuilder requests = new();
        for (int i = 1000; i < 2000; i++)
        {
            requests.Append(i % 2 == 0
                ? $"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n{i}"
                : $"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\n{i / 10}\r\n01\r\n{i % 10}\r\n0\r\nTrailer: of it\r\n\r\n");
        }

        (List<string> statuses, string bodies) = await TalkAsync(requests + End);
        Assert.Equal(Enumerable.Repeat("200 OK", 1001), statuses);
        Assert.Equal(string.Concat(Enumerable.Range(1000, 1000)) + "Hello from a pipe.\n", bodies);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n00A ;x\r\n0123456789\r\n1\r\nx\r\n0\r\nT: 1\r\n\r\n")]
    public async Task Requests_may_come_in_the_smallest_pieces(string requests)
    {
        (List<string> whole, string body) = await TalkAsync(requests + End);
        (List<string> statuses, string pieces) = await TalkAsync(requests + End, isInPieces: true);
        Assert.All(statuses, status => Assert.Equal("200 OK", status));
        Assert.Equal((whole.Count, body), (statuses.Count, pieces));
    }

    // Each is followed by a request that is not answered where the first ends the connection.
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK", true)]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK", true)]
    [InlineData("GET / HTTP/1.9\r\nHost: a\r\n\r\n", "200 OK", true)]
    [InlineData("GET http://a/?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK", true)]
    [InlineData("GET http://a?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "200 OK", true)]
    [InlineData("GET / HTTP/1.1\r\nHOST:a\t \r\nConnection: x,\tCLOSE\r\n\r\n", "200 OK", false)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "200 OK", false)]
    [InlineData("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "200 OK", true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "405 Method Not Allowed", true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n", "405 Method Not Allowed", false)]
    [InlineData("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", "501 Not Implemented", false)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented", false)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: a miracle\r\n\r\n", "417 Expectation Failed", false)]
    [InlineData("GET /\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / http/1.1\r\nHost: a\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400 Bad Request", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\nabc", "413 Content Too Large", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\nabc", "413 Content Too Large", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\na\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno trailer\r\n\r\n", "400 Bad Request", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\na", "413 Content Too Large", false)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffffffff1\r\na\r\n0\r\n\r\n", "413 Content Too Large", false)]
    public async Task A_request_is_answered_with_its_status_and_what_is_none_ends_the_connection(string request, string status, bool goesOn)
    {
        (List<string> statuses, _) = await TalkAsync(request + End);
        Assert.Equal(goesOn ? [status, "200 OK"] : [status], statuses);
    }

    [Theory]
    [InlineData("GET /", " HTTP/1.1\r\nHost: a\r\n\r\n", "414 URI Too Long")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: ", "\r\n\r\n", "431 Request Header Fields Too Large")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", "\r\n\r\n", "431 Request Header Fields Too Large")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x=", "\r\na\r\n0\r\n\r\n", "400 Bad Request")]
    public async Task A_head_that_is_too_long_is_refused(string before, string after, string status)
    {
        (List<string> statuses, _) = await TalkAsync(before + new string('x', 20_000) + after);
        Assert.Equal([status], statuses);
    }

    [Theory]
    [InlineData("GET / HT", "400 Bad Request")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", "400 Bad Request")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "400 Bad Request")]
    public async Task A_request_that_is_cut_off_is_none(string request, string status)
    {
        (List<string> statuses, _) = await TalkAsync(request, closesSide: true);
        Assert.Equal([status], statuses);
    }

    [Fact]
    public async Task A_request_that_does_not_come_to_its_end_is_waited_for_only_so_long()
    {
        string[] begun =
        [
            "GET / HT",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ];
        (List<string> Statuses, string)[] talks = await Task.WhenAll(begun.Select(request => TalkAsync(request))).InTime();
        Assert.All(talks, talk => Assert.Equal(["408 Request Timeout"], talk.Statuses));
    }

    [Fact]
    public async Task A_client_that_closes_its_side_gets_the_answers_to_what_it_sent()
    {
        (List<string> statuses, string bodies) = await TalkAsync("GET /bytes?n=1000000 HTTP/1.1\r\nHost: a\r\n\r\n", closesSide: true);
        Assert.Equal(["200 OK"], statuses);
        Assert.Equal(1_000_000, bodies.Length);
    }

    [SkippableFact]
    public async Task Curl_gets_what_the_README_says()
    {
        SkipWithout("curl");
        string[] lines = Script();
        string expected = string.Join('\n', lines.Where(line => !line.StartsWith("$ ", StringComparison.Ordinal)));
        string commands = string.Join('\n', lines.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..]))
            .Replace("127.0.0.1:8080", $"127.0.0.1:{server.Address.Port}", StringComparison.Ordinal);
        Assert.Equal(expected, await RunAsync("bash", "-c", commands));
    }

    [SkippableFact]
    public async Task Wrk_finds_no_error()
    {
        SkipWithout("wrk");
        string report = await RunAsync("wrk", "-t", "1", "-c", "16", "-d", "1", $"http://127.0.0.1:{server.Address.Port}/");
        Assert.Contains("Requests/sec", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Socket errors", report, StringComparison.Ordinal);
    }

    private static void SkipWithout(string program) =>
        Skip.If(!s_folders.Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string said = await process.StandardOutput.ReadToEndAsync().InTime();
        await process.WaitForExitAsync().InTime();
        return said.TrimEnd();
    }

    private static string[] Script([CallerFilePath] string path = "")
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "../../samples/Http/README.md"));
        return readme.Split("```text\n")[1].Split("```")[0].TrimEnd().Split('\n');
    }

    // What of the responses is the same each time: their statuses, and their bodies behind one another.
    private static (List<string> Statuses, string Bodies) Split(string responses)
    {
        List<string> statuses = [];
        StringBuilder bodies = new();
        while (responses.Length > 0)
        {
            int end = responses.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            string[] lines = responses[..end].Split("\r\n");
            Assert.StartsWith("HTTP/1.1 ", lines[0], StringComparison.Ordinal);
            statuses.Add(lines[0][9..]);
            int length = int.Parse(lines.Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))[16..], System.Globalization.CultureInfo.InvariantCulture);
            bodies.Append(responses.AsSpan(end + 4, length));
            responses = responses[(end + 4 + length)..];
        }

        return (statuses, bodies.ToString());
    }

    private HttpClient Client() => new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Address.Port}"), Timeout = Eventually.Patience };

    private async Task<(List<string> Statuses, string Bodies)> TalkAsync(string requests, bool isInPieces = false, bool closesSide = false)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(server.Address);
        byte[] bytes = Encoding.Latin1.GetBytes(requests);

        // Who sends much may be answered before all of it is taken.
        Task<byte[]> receiving = peer.ReceiveToEndAsync();
        for (int sent = 0; sent < bytes.Length;)
        {
            int count = isInPieces ? 1 : bytes.Length - sent;
            await peer.SendAsync(bytes.AsMemory(sent, count));
            sent += count;
        }

        if (closesSide)
        {
            peer.ShutdownSend();
        }

        return Split(Encoding.Latin1.GetString(await receiving));
    }

    public sealed class Server() : SampleServer("Http", "HttpSample");
}
