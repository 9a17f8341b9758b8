using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Native;

/// <summary>Only a Unix socket itself is one.</summary>
public sealed class FileKindSpec : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_socket_is_one_while_it_listens_and_after()
    {
        string path = _directory.File("sock-é");
        using (SocketHandle listener = SocketFactory.Listen(NetAddress.Unix(path), new System.Net.Sockets.UnixDomainSocketEndPoint(path), SocketOptions.Default))
        {
            Assert.True(FileKind.IsSocket(path));
        }

        Assert.True(FileKind.IsSocket(path));
    }

    [Fact]
    public void A_link_to_a_socket_is_none()
    {
        string path = _directory.File("sock");
        string link = _directory.File("link");
        using SocketHandle listener = SocketFactory.Listen(NetAddress.Unix(path), new System.Net.Sockets.UnixDomainSocketEndPoint(path), SocketOptions.Default);
        File.CreateSymbolicLink(link, path);
        Assert.False(FileKind.IsSocket(link));
    }

    [Fact]
    public void Files_directories_and_nothing_are_none()
    {
        string file = _directory.File("file");
        File.WriteAllText(file, "not a socket");
        Assert.False(FileKind.IsSocket(file));
        Assert.False(FileKind.IsSocket(_directory.Path));
        Assert.False(FileKind.IsSocket(_directory.File("missing")));
        Assert.False(FileKind.IsSocket(""));
    }
}
