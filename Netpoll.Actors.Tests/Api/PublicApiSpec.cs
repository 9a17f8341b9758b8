using System.Runtime.CompilerServices;
using Netpoll.Actors.Hosting;
using Netpoll.Actors.Listeners;
using Netpoll.Poller.Loops;
using Xunit;

namespace Netpoll.Actors.Tests.Api;

/// <summary>
/// The public surface of each library is a text file beside it, so that a change of it is a visible diff. To accept a change run the
/// tests with NETPOLL_UPDATE_PUBLIC_API=1 and commit the files.
/// </summary>
public sealed class PublicApiSpec
{
    public static TheoryData<string> Libraries => ["Netpoll.Poller", "Netpoll.Actors", "Netpoll.Actors.Hosting"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_the_one_that_is_written_down(string library)
    {
        string file = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../..", library, "PublicAPI.txt");
        Type inside = library switch
        {
            "Netpoll.Poller" => typeof(EventLoop),
            "Netpoll.Actors" => typeof(Listener),
            _ => typeof(NetpollHostingExtensions),
        };
        string actual = PublicApi.Of(inside.Assembly);
        if (Environment.GetEnvironmentVariable("NETPOLL_UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllLines(file), actual.TrimEnd('\n').Split('\n'));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
