using Akka.Actor;
using Netpoll.Actors.Handlers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>Bytes in, the same bytes out, whatever their number and however they come.</summary>
public abstract class EchoSpec(ITestOutputHelper output, string backend)
    : NetpollSpec(output, $"netpoll.poller.backend = {backend}")
{
    private static readonly Props s_echo = Props.Create<EchoHandler>();

    public static TheoryData<string> Modes => new("bounded", "serial", "shared", "shared-serial");

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Frames_of_any_size_come_back_byte_for_byte(string mode)
    {
        (_, NetAddress address) = await ListenAsync(HandlersFor(mode));
        using RawClient client = RawClient.Connect(address);
        foreach (int size in new[] { 0, 1, 2, 1024, 4096, 4097, 65_536, 1024 * 1024, 16 * 1024 * 1024 })
        {
            byte[] payload = RawClient.RandomBytes(size, seed: size);
            Task send = Task.Run(() => client.SendFrame(payload));
            byte[] answer = client.ReceiveFrame();
            await send;
            Assert.True(payload.AsSpan().SequenceEqual(answer), $"size {size}");
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_hundred_frames_in_one_segment_are_answered_in_order(string mode)
    {
        (_, NetAddress address) = await ListenAsync(HandlersFor(mode));
        using RawClient client = RawClient.Connect(address);
        byte[][] payloads = [.. Enumerable.Range(0, 100).Select(i => RawClient.RandomBytes(i * 13, seed: i))];
        client.Send(payloads.SelectMany(payload => RawClient.Frame(payload)).ToArray());
        foreach (byte[] payload in payloads)
        {
            Assert.Equal(payload, client.ReceiveFrame());
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_frame_that_comes_byte_by_byte_is_put_together(string mode)
    {
        (_, NetAddress address) = await ListenAsync(HandlersFor(mode));
        using RawClient client = RawClient.Connect(address);
        byte[] payload = RawClient.RandomBytes(300);
        foreach (byte value in RawClient.Frame(payload))
        {
            client.Send([value]);
        }

        Assert.Equal(payload, client.ReceiveFrame());
    }

    private static HandlerSource HandlersFor(string mode) => mode switch
    {
        "bounded" => HandlerSource.PerConnection(s_echo),
        "serial" => HandlerSource.PerConnection(s_echo, HandlerScheduling.Serial),
        "shared" => HandlerSource.SharedPool(s_echo, 2),
        _ => HandlerSource.SharedPool(s_echo, 2, HandlerScheduling.Serial),
    };
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class EchoOnEpollSpec(ITestOutputHelper output) : EchoSpec(output, "epoll");

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class EchoOnUringSpec(ITestOutputHelper output) : EchoSpec(output, "io-uring");

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class EchoOnPollSpec(ITestOutputHelper output) : EchoSpec(output, "poll");
