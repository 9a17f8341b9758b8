using Netpoll.Bench.Load.Frames;
using Netpoll.Bench.Load.Recording;
using Netpoll.Bench.Load.Wire;

namespace Netpoll.Bench.Load.Loads;

/// <summary>What all connections of a load share. Owned by the load; one thread.</summary>
internal sealed class LoadContext(LoadOptions options) : IDisposable
{
    /// <summary>The event loop.</summary>
    public Reactor Reactor { get; } = new();

    /// <summary>The server.</summary>
    public Target Target { get; } = new(options.Address, options.Sources);

    /// <summary>What is sent.</summary>
    public EchoFrame Frame { get; } = new(options.Body);

    /// <summary>Where the bytes lie for one system call.</summary>
    public Scratch Scratch { get; } = new();

    /// <summary>Where to record.</summary>
    public LoadMeter Meter { get; } = new();

    public void Dispose()
    {
        Reactor.Dispose();
        Frame.Dispose();
        Scratch.Dispose();
    }
}
