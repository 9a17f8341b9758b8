using System.Net;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Sockets;
using Xunit;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Loops;

/// <summary>Connections that come, say little and go, on a real loop. The numbers in the names are those of the conformance table.</summary>
public sealed class ShortConnectionsSpec : IAsyncLifetime, IAcceptReceiver
{
    private const int Connections = 100;

    private readonly TestLoop _loop = new();
    private readonly TaskCompletionSource<long> _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ListenChannel? _listener;
    private Action<StreamChannel>? _whenAccepted;
    private long _received;
    private int _ended;

    void IAcceptReceiver.OnAcceptable()
    {
        while (_listener!.Accept() is { Socket: { } socket, RemoteAddress: { } peer })
        {
            _whenAccepted!(new StreamChannel(socket, peer));
        }
    }

    public async Task InitializeAsync()
    {
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        _listener = ListenChannel.Open(NetAddress.FromEndPoint(anyPort), anyPort, SocketOptions.Default);
        await _loop.RunAsync(() => _loop.Loop.Add(_listener, this));
    }

    public async Task DisposeAsync() => await _loop.DisposeAsync();

    [Fact]
    public async Task C60_Every_byte_of_a_hundred_parallel_short_connections_arrives()
    {
        _whenAccepted = CountBytes;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, _listener!.LocalAddress.Port);
            await client.SendAsync(RawClient.RandomBytes(1024));
        }))).InTime();
        Assert.Equal(Connections * 1024, await _allEnded.Task.InTime());
        Assert.Equal(1, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
    }

    [Fact]
    public async Task C71_A_hundred_dialled_connections_hear_that_the_server_has_closed_and_leave_no_descriptor()
    {
        _whenAccepted = channel => channel.Close();
        for (int i = 0; i < Connections; i++)
        {
            await using TestDial dial = await TestDial.To(_loop, _listener!.LocalAddress);
            await dial.Ended.InTime();
        }

        await Eventually.Holds(() => ProcNetTcp.OpenTo(_listener!.LocalAddress.Port) == 0, "no dialled connection is left");
        Assert.Equal(1, await _loop.RunAsync(() => _loop.Loop.ChannelCount));
    }

    private void CountBytes(StreamChannel channel)
    {
        RecordingReceiver receiver = new();
        receiver.WhenReadable = () =>
        {
            using LinkBuffer input = new();
            IoResult got = channel.Receive(input, out _);
            _received += got.Bytes;
            if (got.IsEndOfStream || got.IsFailure)
            {
                channel.Close();
                if (++_ended == Connections)
                {
                    _allEnded.SetResult(_received);
                }
            }
        };
        _loop.Loop.Add(channel, receiver);
    }

    /// <summary>A dialled connection that waits for its end.</summary>
    private sealed class TestDial(TestLoop loop, StreamChannel channel) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public static async Task<TestDial> To(TestLoop loop, NetAddress address)
        {
            StreamChannel channel = await Poller.Loops.Dialer.ConnectAsync(loop.Loop, address, null, Eventually.Patience).InTime();
            TestDial dial = new(loop, channel);
            await loop.RunAsync(() => loop.Loop.Add(channel, new RecordingReceiver { WhenReadable = dial.Read }));
            return dial;
        }

        public async ValueTask DisposeAsync() => await loop.RunAsync(channel.Close);

        private void Read()
        {
            using LinkBuffer input = new();
            if (channel.Receive(input, out _).IsEndOfStream)
            {
                channel.SetInterest(Poller.Polling.PollInterest.None);
                _ended.TrySetResult();
            }
        }
    }
}
