using Netpoll.Actors.Handlers;
using Netpoll.Actors.Listeners;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Connections;

/// <summary>A test of a connection whose handler follows a script, and of how it ends.</summary>
public abstract class ScriptedSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private protected Script Script { get; } = new();

    /// <summary>How connections ended since the last <see cref="ConnectAsync"/>.</summary>
    private protected Recorder<ConnectionClosed> Closes { get; private set; } = new();

    /// <summary>Listens with these options, and connects.</summary>
    private protected async Task<RawClient> ConnectAsync(ListenerOptions? options = null)
    {
        Closes = RecordCloses();
        (_, NetAddress address) = await ListenAsync(HandlerSource.PerConnection(Script.Props), options ?? new ListenerOptions());
        return RawClient.Connect(address);
    }

    /// <summary>Waits until a connection has ended, and fails unless it was for this reason.</summary>
    private protected async Task<Exception?> EndAsync(CloseReason reason)
    {
        ConnectionClosed closed = await Closes.NextAsync();
        Assert.Equal(reason, closed.Reason);
        return closed.Error;
    }
}
