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

/// <summary>Accepting, on the test's own thread. The numbers in the names are those of the conformance table.</summary>
public abstract class ListenChannelSpec(PollerBackend backend) : IAcceptReceiver, IDisposable
{
    private readonly TestPoll _poll = new(backend);
    private readonly TempDirectory _directory = new();
    private readonly List<IDisposable> _owned = [];
    private readonly List<AcceptResult> _accepted = [];
    private ListenChannel? _listener;
    private int _acceptsPerCall = int.MaxValue;
    private int _calls;

    public static TheoryData<string> Kinds => new("tcp", "unix", "abstract");

    void IAcceptReceiver.OnAcceptable()
    {
        _calls++;
        for (int i = 0; i < _acceptsPerCall; i++)
        {
            AcceptResult result = _listener!.Accept();
            if (result.WouldBlock)
            {
                return;
            }

            Assert.Equal(0, result.ErrorNumber);
            _owned.Add(result.Socket!);
            _accepted.Add(result);
        }
    }

    public void Dispose()
    {
        _listener?.Close();
        _owned.ForEach(owned => owned.Dispose());
        _poll.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void C64_Every_connection_that_waits_is_taken(string kind)
    {
        Open(kind);
        for (int i = 0; i < 100; i++)
        {
            Connect();
        }

        while (_accepted.Count < 100)
        {
            _poll.PumpOne();
        }

        Assert.Equal(0, _poll.Pump());
        Assert.True(_listener!.Accept().WouldBlock);
    }

    [SkippableFact]
    public void Connections_that_were_left_are_reported_again()
    {
        Open("tcp");
        _acceptsPerCall = 1;
        Connect();
        Connect();
        Connect();
        while (_accepted.Count < 3)
        {
            _poll.PumpOne();
        }

        Assert.Equal(3, _calls);
        Assert.Equal(0, _poll.Pump());
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void An_accepted_socket_knows_its_peer(string kind)
    {
        Open(kind);
        Socket client = Connect();
        _poll.PumpOne();
        NetAddress expected = kind == "tcp" ? NetAddress.FromEndPoint(client.LocalEndPoint!) : NetAddress.UnnamedUnix;
        Assert.Equal(expected, Assert.Single(_accepted).RemoteAddress);
    }

    [SkippableFact]
    public void A_unix_peer_that_bound_a_name_is_known_by_it()
    {
        Open("unix");
        Socket client = Own(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        client.Bind(new UnixDomainSocketEndPoint(_directory.File("client")));
        client.Connect(EndPointOf(_listener!.LocalAddress));
        _poll.PumpOne();
        Assert.Equal(NetAddress.Unix(_directory.File("client")), Assert.Single(_accepted).RemoteAddress);
    }

    [SkippableFact]
    public void C56_Accepted_sockets_send_small_writes_at_once()
    {
        Open("tcp");
        Connect();
        _poll.PumpOne();
        int descriptor = Assert.Single(_accepted).Socket!.Descriptor;
        Assert.NotEqual(0, SocketCalls.GetOption(descriptor, Platform.Current.TCP_NODELAY).Value);
    }

    [SkippableFact]
    public void A_client_that_vanished_before_it_was_taken_hurts_nobody()
    {
        Open("tcp");
        Socket vanished = Connect();
        vanished.LingerState = new LingerOption(true, 0);
        vanished.Dispose();
        Connect();
        while (_accepted.Count < 2)
        {
            _poll.PumpOne();
        }

        SocketHandle dead = _accepted[0].Socket!;
        Readiness.Wait(dead.Descriptor, PollInterest.Read);
        Assert.Equal(0, dead.ReceiveAll());
    }

    [SkippableFact]
    public void The_local_address_has_the_port_that_the_kernel_chose()
    {
        Open("tcp");
        Assert.Equal("127.0.0.1", _listener!.LocalAddress.Host);
        Assert.NotEqual(0, _listener.LocalAddress.Port);
    }

    [SkippableFact]
    public void Closing_removes_the_unix_file_and_refuses_who_comes_later()
    {
        Open("unix");
        string path = _listener!.LocalAddress.Path!;
        Assert.True(File.Exists(path));
        _listener.Close();
        Assert.Equal((false, false, 0), (_listener.IsOpen, File.Exists(path), _poll.Registry.Count));
        Assert.Throws<SocketException>(Connect);

        // Closing again must not touch a file that another has put there since.
        File.WriteAllText(path, "another's");
        _listener.Close();
        Assert.Equal("another's", File.ReadAllText(path));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Closing_ends_the_connections_that_nobody_has_taken(string kind)
    {
        Open(kind);
        Socket client = Connect();
        _listener!.Close();
        Assert.True(EndsWithoutBytes(client));
    }

    [SkippableFact]
    public void A_closed_listener_accepts_nothing_not_even_from_its_successor()
    {
        Open("tcp");
        ListenChannel closed = _listener!;
        NetAddress address = closed.LocalAddress;
        closed.Close();
        Open("tcp", address);
        Connect();
        Assert.Equal(Errno.EBADF, closed.Accept().ErrorNumber);
        while (_accepted.Count < 1)
        {
            _poll.PumpOne();
        }
    }

    [SkippableFact]
    public void An_address_that_cannot_be_had_leaves_no_channel_and_no_file()
    {
        NetAddress address = NetAddress.Unix(_directory.File("missing/x"));
        Assert.Throws<SocketOperationException>(() => ListenChannel.Open(address, EndPointOf(address), SocketOptions.Default));
    }

    private static EndPoint EndPointOf(NetAddress address) => address.IsUnix
        ? new UnixDomainSocketEndPoint(address.IsAbstract ? "\0" + address.Path[1..] : address.Path)
        : new IPEndPoint(IPAddress.Parse(address.Host), address.Port);

    private static bool EndsWithoutBytes(Socket client)
    {
        client.ReceiveTimeout = Eventually.PatienceMillis;
        try
        {
            return client.Receive(new byte[1]) == 0;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    private void Open(string kind, NetAddress? address = null)
    {
        address ??= kind switch
        {
            "tcp" => NetAddress.Parse("tcp://127.0.0.1:0"),
            "unix" => NetAddress.Unix(_directory.File("s")),
            _ => NetAddress.Unix("@netpoll-" + Guid.NewGuid().ToString("N")),
        };
        _listener = ListenChannel.Open(address, EndPointOf(address), SocketOptions.Default);
        _listener.Attach(_poll.Registry, this);
    }

    private Socket Connect()
    {
        EndPoint endPoint = EndPointOf(_listener!.LocalAddress);
        Socket client = Own(endPoint is IPEndPoint
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        client.Connect(endPoint);
        return client;
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}

/// <summary>With <c>epoll(7)</c>.</summary>
public sealed class ListenChannelOnEpollSpec() : ListenChannelSpec(PollerBackend.Epoll);

/// <summary>With <c>poll(2)</c>.</summary>
public sealed class ListenChannelOnPollSpec() : ListenChannelSpec(PollerBackend.Poll);

/// <summary>With <c>io_uring(7)</c>.</summary>
public sealed class ListenChannelOnUringSpec() : ListenChannelSpec(PollerBackend.IoUring);

/// <summary>With <c>kqueue(2)</c>.</summary>
public sealed class ListenChannelOnKqueueSpec() : ListenChannelSpec(PollerBackend.Kqueue);
