using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;
using SocketOptions = Netpoll.Poller.Sockets.SocketOptions;

namespace Netpoll.Actors.Tests.Sockets;

/// <summary>What is removed to make room for a listener, and what never is.</summary>
public sealed class UnixSocketFileSpec : IDisposable
{
    private readonly TempDirectory _directory = new();

    public UnixSocketFileSpec() => Address = NetAddress.Unix(_directory.File("s"));

    private NetAddress Address { get; }

    private string Path => Address.Path!;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_file_of_a_server_that_died_makes_room_for_the_next()
    {
        Listen().Dispose();
        Assert.True(File.Exists(Path));
        using SocketHandle next = Listen();
        AssertAnswers();
    }

    [Fact]
    public void The_file_of_a_live_server_stays()
    {
        using SocketHandle live = Listen();
        AssertInUse();
        AssertAnswers();
    }

    [Fact]
    public void The_file_of_a_live_server_whose_queue_is_full_stays()
    {
        using SocketHandle live = Listen(new SocketOptions { Backlog = 0 });
        List<SocketHandle> waiting = [];
        try
        {
            while (waiting.Count < 10)
            {
                waiting.Add(SocketFactory.BeginConnect(Address, EndPointOf(Path), SocketOptions.Default));
            }

            Assert.Fail("The queue never became full.");
        }
        catch (SocketOperationException full) when (full.ErrorNumber == Errno.EAGAIN)
        {
            AssertInUse();
            Assert.True(FileKind.IsSocket(Path));
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public void A_plain_file_stays_with_what_is_in_it()
    {
        File.WriteAllText(Path, "precious");
        AssertInUse();
        Assert.Equal("precious", File.ReadAllText(Path));
    }

    [Fact]
    public void A_directory_stays()
    {
        Directory.CreateDirectory(Path);
        AssertInUse();
        Assert.True(Directory.Exists(Path));
    }

    [Fact]
    public void A_link_to_a_dead_socket_stays_and_so_does_the_socket()
    {
        string target = _directory.File("target");
        SocketFactory.Listen(NetAddress.Unix(target), EndPointOf(target), SocketOptions.Default).Dispose();
        File.CreateSymbolicLink(Path, target);
        AssertInUse();
        Assert.Equal(target, new FileInfo(Path).LinkTarget);
        Assert.True(FileKind.IsSocket(target));
    }

    [Fact]
    public void A_datagram_socket_stays()
    {
        using Socket other = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        other.Bind(EndPointOf(Path));
        AssertInUse();
        Assert.True(FileKind.IsSocket(Path));
    }

    [Fact]
    public void Only_paths_in_the_file_system_are_ever_removed()
    {
        foreach (NetAddress address in new[] { NetAddress.Unix("@netpoll-none"), NetAddress.UnnamedUnix, NetAddress.Parse("tcp://127.0.0.1:1") })
        {
            Assert.False(UnixSocketFile.Remove(address));
            Assert.False(UnixSocketFile.RemoveIfDead(address, EndPointOf(Path)));
        }

        Assert.True(UnixSocketFile.Remove(Address));
        Assert.False(UnixSocketFile.Remove(NetAddress.Unix(_directory.Path)));
        Assert.False(UnixSocketFile.RemoveIfDead(Address, EndPointOf(Path)));
    }

    [Fact]
    public async Task A_successor_that_waits_for_the_path_keeps_its_file_when_the_predecessor_closes()
    {
        for (int i = 0; i < 200; i++)
        {
            ListenChannel predecessor = ListenChannel.Open(Address, EndPointOf(Path), SocketOptions.Default);
            using Barrier ready = new(2);
            Task<SocketHandle> successor = Task.Run(() =>
            {
                ready.SignalAndWait();
                return ListenAsSoonAsPossible();
            });
            ready.SignalAndWait();
            predecessor.Close();
            using SocketHandle next = await successor.InTime();
            AssertAnswers();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_servers_that_race_for_a_path_exactly_one_has_it_and_is_reached(bool isDead)
    {
        for (int i = 0; i < 100; i++)
        {
            if (isDead)
            {
                Listen().Dispose();
            }

            using Barrier ready = new(4);
            SocketHandle?[] racers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                ready.SignalAndWait();
                try
                {
                    return Listen();
                }
                catch (SocketOperationException beaten) when (beaten.ErrorNumber == Errno.EADDRINUSE)
                {
                    return null;
                }
            }))).InTime();
            using SocketHandle winner = Assert.Single(racers, racer => racer is not null)!;
            AssertAnswers();
            File.Delete(Path);
        }
    }

    [Fact]
    public void A_server_that_closes_leaves_the_file_of_another_that_took_its_path()
    {
        ListenChannel first = ListenChannel.Open(Address, EndPointOf(Path), SocketOptions.Default);
        File.Delete(Path);
        using SocketHandle second = Listen();
        first.Close();
        AssertAnswers();
    }

    [Fact]
    public void A_directory_that_somebody_keeps_locked_is_said()
    {
        Assert.False(DirectoryLock.TryTake(_directory.Path, out DirectoryLock? held).IsError);
        using (held)
        {
            Assert.True(DirectoryLock.TryTake(_directory.Path, out DirectoryLock? second).WouldBlock);
            Assert.Null(second);
            SocketOperationException kept = Assert.Throws<SocketOperationException>(() => Listen().Dispose());
            Assert.Contains(_directory.Path, kept.Message, StringComparison.Ordinal);
        }

        Listen().Dispose();
    }

    private static UnixDomainSocketEndPoint EndPointOf(string path) => new(path);

    private SocketHandle Listen(SocketOptions? options = null) => SocketFactory.Listen(Address, EndPointOf(Path), options ?? SocketOptions.Default);

    private SocketHandle ListenAsSoonAsPossible()
    {
        while (true)
        {
            try
            {
                return Listen();
            }
            catch (SocketOperationException early) when (early.ErrorNumber == Errno.EADDRINUSE)
            {
                Thread.Yield();
            }
        }
    }

    private void AssertInUse()
    {
        SocketOperationException inUse = Assert.Throws<SocketOperationException>(() => Listen().Dispose());
        Assert.Equal((SocketError.AddressAlreadyInUse, Address), (inUse.SocketErrorCode, inUse.Address));
    }

    private void AssertAnswers() => SocketFactory.BeginConnect(Address, EndPointOf(Path), SocketOptions.Default).Dispose();
}
