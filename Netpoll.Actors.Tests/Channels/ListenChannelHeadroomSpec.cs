using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Channels;

/// <summary>Accepting when only the last descriptors are left, on the test's own thread.</summary>
public abstract class ListenChannelHeadroomSpec : IAcceptReceiver, IDisposable
{
    private readonly PollerBackend _backend;
    private readonly TestPoll _poll;
    private readonly ListenChannel _listener;
    private readonly List<Socket> _clients = [];
    private readonly List<SocketHandle> _served = [];
    private readonly List<SocketHandle> _fillers = [];
    private Action _onAcceptable = () => { };

    protected ListenChannelHeadroomSpec(PollerBackend backend)
    {
        _backend = backend;
        _poll = new TestPoll(backend);
        IPEndPoint anyPort = new(IPAddress.Loopback, 0);
        _listener = ListenChannel.Open(NetAddress.FromEndPoint(anyPort), anyPort, SocketOptions.Default);
        FillHoles();
        _listener.Attach(_poll.Registry, this);
    }

    void IAcceptReceiver.OnAcceptable() => _onAcceptable();

    public void Dispose()
    {
        _listener.Close();
        _served.ForEach(socket => socket.Dispose());
        _clients.ForEach(client => client.Dispose());
        _fillers.ForEach(filler => filler.Dispose());
        _poll.Dispose();
        GC.SuppressFinalize(this);
    }

    [SkippableFact]
    public void C18_The_last_descriptors_go_to_no_connection()
    {
        // Before anything was known to be scarce some may be taken, and are told apart.
        int taken = RunLow(3);
        Serve(3 - taken);

        // A poller that accepts by itself ends that when it is next asked.
        Assert.Equal(0, _poll.Pump());

        // From then on none is.
        Assert.Equal(0, RunLow(3));
        Assert.Equal(3, ProcNetTcp.WaitingAt(_listener.LocalAddress.Port));
        Serve(3);
    }

    [SkippableFact]
    public void A_connection_that_waits_for_a_descriptor_is_reported_for_as_long_as_it_waits()
    {
        Serve(3 - RunLow(3));
        int reported = 0;
        _onAcceptable = () => reported++;
        Connect();
        _poll.PumpOne();
        _poll.PumpOne();
        Assert.Equal(2, reported);

        _listener.SetInterest(PollInterest.None);
        Assert.Equal(0, _poll.Pump());
        _listener.SetInterest(PollInterest.Read);
        _poll.PumpOne();
        Assert.Equal(3, reported);
        Serve(1);
        Assert.Equal(0, _poll.Pump());
    }

    [SkippableFact]
    public void A_listener_that_has_run_out_of_descriptors_closes_like_any_other()
    {
        Serve(3 - RunLow(3));
        Assert.Equal(0, _poll.Pump());
        NetAddress address = _listener.LocalAddress;
        _listener.Close();
        Assert.Equal(0, _poll.Pump());
        Assert.Throws<SocketException>(() => new Socket(SocketType.Stream, ProtocolType.Tcp).Connect(IPAddress.Loopback, address.Port));
    }

    /// <summary>
    /// Has so many connect and tries to accept them with few descriptors left; how many were taken all the same. Those that got one of the last descriptors are
    /// closed. Only a poller that accepts by itself may have others, from before.
    /// </summary>
    private int RunLow(int connections)
    {
        for (int i = 0; i < connections; i++)
        {
            Connect();
        }

        int taken = 0;
        AcceptResult last = default;
        _onAcceptable = () => DescriptorLimit.Low(() =>
        {
            while ((last = _listener.Accept()).Socket is { } socket)
            {
                Assert.True(last.IsExhausted || _backend == PollerBackend.IoUring);
                taken++;
                if (last.IsExhausted)
                {
                    socket.Dispose();
                }
                else
                {
                    _served.Add(socket);
                }
            }

            return 0;
        });
        _poll.PumpOne();
        Assert.Equal(Errno.EMFILE, last.ErrorNumber);
        return taken;
    }

    private void Serve(int connections)
    {
        int before = _served.Count;
        _onAcceptable = () =>
        {
            while (_listener.Accept() is { WouldBlock: false } accepted)
            {
                Assert.Equal(0, accepted.ErrorNumber);
                _served.Add(accepted.Socket!);
            }
        };
        while (_served.Count < before + connections)
        {
            _poll.PumpOne();
        }

        Assert.Equal(before + connections, _served.Count);
    }

    // A connection that was accepted before descriptors are few shall have a high number, as it has where few are left.
    private void FillHoles()
    {
        int highest = Directory.EnumerateFileSystemEntries("/dev/fd").Max(entry => int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture));
        do
        {
            _fillers.Add(new SocketHandle(FileFlags.Duplicate(0).Value));
        }
        while (_fillers[^1].Descriptor < highest);
    }

    private void Connect()
    {
        Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, _listener.LocalAddress.Port);
        _clients.Add(client);
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
[Collection(Alone.Name)]
public sealed class ListenChannelHeadroomOnEpollSpec() : ListenChannelHeadroomSpec(PollerBackend.Epoll);

/// <summary>With <c>poll(2)</c>.</summary>
[Collection(Alone.Name)]
public sealed class ListenChannelHeadroomOnPollSpec() : ListenChannelHeadroomSpec(PollerBackend.Poll);

/// <summary>With <c>io_uring(7)</c>.</summary>
[Collection(Alone.Name)]
public sealed class ListenChannelHeadroomOnUringSpec() : ListenChannelHeadroomSpec(PollerBackend.IoUring);

/// <summary>With <c>kqueue(2)</c>.</summary>
[Collection(Alone.Name)]
public sealed class ListenChannelHeadroomOnKqueueSpec() : ListenChannelHeadroomSpec(PollerBackend.Kqueue);
