using Netpoll.Actors.Tests.Infrastructure;
using Xunit;

namespace Netpoll.Actors.Tests.Samples;

/// <summary>The Echo sample against a client that is not ours. Each mode of serving is a subclass, with a server process for all its tests.</summary>
public abstract class EchoInteropSpec(EchoServerFixture fixture)
{
    private const int MaxFrameBytes = 16 << 20;

    private readonly EchoProcess _server = fixture.Server;

    [Fact]
    public async Task Frames_of_any_size_come_back_byte_for_byte()
    {
        using RawPeer peer = await _server.ConnectAsync();
        foreach (int bodyBytes in (int[])[0, 1, 1024, 4096, 65_536, 1 << 20, MaxFrameBytes - 4, 1, MaxFrameBytes, 1024])
        {
            await AssertEchoesAsync(peer, RawPeer.Frame(bodyBytes));
        }
    }

    [Fact]
    public async Task A_frame_may_come_byte_by_byte()
    {
        using RawPeer peer = await _server.ConnectAsync();
        byte[] frame = RawPeer.Frame(300);
        foreach (byte one in frame)
        {
            await peer.SendAsync((byte[])[one]);
        }

        Assert.Equal(frame, await peer.ReceiveAsync(frame.Length));
    }

    [Fact]
    public async Task A_hundred_frames_in_one_segment_come_back_in_order()
    {
        using RawPeer peer = await _server.ConnectAsync();
        byte[] frames = [.. Enumerable.Range(0, 100).SelectMany(RawPeer.Frame)];

        await AssertEchoesAsync(peer, frames);
    }

    [Fact]
    public async Task Frames_cut_across_segments_come_back_in_order()
    {
        using RawPeer peer = await _server.ConnectAsync();
        byte[] frames = [.. Enumerable.Range(0, 50).SelectMany(i => RawPeer.Frame(i * 37))];
        foreach (byte[] piece in frames.Chunk(997))
        {
            await peer.SendAsync(piece);
        }

        Assert.Equal(frames, await peer.ReceiveAsync(frames.Length));
    }

    [Fact]
    public async Task A_client_that_reads_late_gets_everything()
    {
        using RawPeer peer = await _server.ConnectAsync();
        byte[] frames = [.. Enumerable.Repeat(RawPeer.Frame(256 << 10), 128).SelectMany(frame => frame)];

        // More than all buffers on the way hold: the sender gets stuck until the replies are read.
        Task sending = peer.SendAsync(frames);
        await AssertStillServesAsync();
        Assert.Equal(frames, await peer.ReceiveAsync(frames.Length));
        await sending;
    }

    [Fact]
    public async Task What_was_asked_before_a_half_close_is_answered_before_the_end()
    {
        using RawPeer peer = await _server.ConnectAsync();
        byte[] frames = [.. Enumerable.Range(0, 20).SelectMany(_ => RawPeer.Frame(10_000))];
        await peer.SendAsync(frames);
        peer.ShutdownSend();

        Assert.Equal(frames, await peer.ReceiveToEndAsync());
    }

    [Theory]
    [InlineData(new byte[] { 0x01, 0x00, 0x00, 0x01 })]
    [InlineData(new byte[] { 0x7F, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    public async Task A_frame_over_the_limit_ends_only_its_connection(byte[] header)
    {
        using RawPeer bystander = await _server.ConnectAsync();
        await AssertEchoesAsync(bystander, RawPeer.Frame(10));
        using RawPeer peer = await _server.ConnectAsync();
        await peer.SendAsync(header);

        Assert.Empty(await peer.ReceiveToEndAsync());
        await AssertEchoesAsync(bystander, RawPeer.Frame(20));
    }

    [Fact]
    public async Task Garbage_ends_only_its_connection()
    {
        using RawPeer bystander = await _server.ConnectAsync();
        using RawPeer peer = await _server.ConnectAsync();
        await peer.SendAsync("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"u8.ToArray());

        Assert.Empty(await peer.ReceiveToEndAsync());
        await AssertEchoesAsync(bystander, RawPeer.Frame(20));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(500)]
    public async Task A_client_that_vanishes_in_mid_frame_takes_only_its_connection_along(int sentBytes)
    {
        using EchoProcess server = await fixture.ServeAsync();
        using RawPeer bystander = await server.ConnectAsync();
        await AssertEchoesAsync(bystander, RawPeer.Frame(10));
        int before = server.SocketCount;
        byte[] part = RawPeer.Frame(1000)[..sentBytes];

        using (RawPeer closing = await server.ConnectAsync())
        {
            await closing.SendAsync(part);
        }

        RawPeer resetting = await server.ConnectAsync();
        await resetting.SendAsync(part);
        resetting.Reset();

        await Eventually.EqualAsync(before, () => server.SocketCount);
        await AssertEchoesAsync(bystander, RawPeer.Frame(20));
    }

    [Fact]
    public async Task A_thousand_connections_opened_and_reset_leave_no_socket_behind()
    {
        using EchoProcess server = await fixture.ServeAsync();
        using RawPeer bystander = await server.ConnectAsync();
        await AssertEchoesAsync(bystander, RawPeer.Frame(10));
        int before = server.SocketCount;
        for (int i = 0; i < 1000; i++)
        {
            RawPeer peer = await server.ConnectAsync();
            if (i % 2 == 0)
            {
                await peer.SendAsync(RawPeer.Frame(100));
            }

            peer.Reset();
        }

        await Eventually.EqualAsync(before, () => server.SocketCount);
        await AssertEchoesAsync(bystander, RawPeer.Frame(20));
    }

    private static async Task AssertEchoesAsync(RawPeer peer, byte[] frames)
    {
        Task sending = peer.SendAsync(frames);
        Assert.Equal(frames, await peer.ReceiveAsync(frames.Length));
        await sending;
    }

    private async Task AssertStillServesAsync()
    {
        using RawPeer peer = await _server.ConnectAsync();
        await AssertEchoesAsync(peer, RawPeer.Frame(20));
    }
}
