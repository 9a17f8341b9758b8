using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>The base of tests with xunit: an actor system for each, which is terminated when the test is done.</summary>
public class TestKit : TestKitBase, IDisposable
{
    private bool _disposed;

    /// <summary>For an actor system that there is, which is terminated as well when the test is done, or a new one.</summary>
    /// <param name="system">The actor system, or null for a new one.</param>
    /// <param name="output">Where the log is printed, or null.</param>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system, null, null, null)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>For a new actor system.</summary>
    /// <param name="config">Its configuration, or null.</param>
    /// <param name="actorSystemName">Its name, or null.</param>
    /// <param name="output">Where the log is printed, or null.</param>
    public TestKit(Config? config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, null, config, actorSystemName, null)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>For a new actor system.</summary>
    /// <param name="config">Its configuration, in HOCON.</param>
    /// <param name="output">Where the log is printed, or null.</param>
    public TestKit(string config, ITestOutputHelper? output = null)
        : this(ConfigurationFactory.ParseString(config), null, output)
    {
    }

    /// <summary>How to say that a test failed.</summary>
    protected static XunitAssertions Assertions { get; } = new();

    /// <summary>Where the log is printed, or null.</summary>
#pragma warning disable CA1051, SA1401 // Akka has it as a field.
    protected readonly ITestOutputHelper? Output;
#pragma warning restore CA1051, SA1401

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called when the test is done, before the actor system is terminated.</summary>
    protected virtual void AfterAll()
    {
    }

    /// <summary>Terminates the actor system.</summary>
    /// <param name="disposing">True.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            Shutdown();
            ForgetTestActor();
        }
    }

    /// <summary>Prints an actor system's log where the test says.</summary>
    /// <param name="system">The actor system.</param>
    protected void InitializeLogger(ActorSystem system)
    {
        if (Output is { } output)
            TestEventListener.Of(system)?.PrintWith(line => Print(output, line));
    }

    private static void Print(ITestOutputHelper output, LogEvent line)
    {
        try
        {
            output.WriteLine(line.ToString());
        }
        catch (InvalidOperationException)
        {
            // IGNORED: the test is over, and what its system says afterwards has no place to go.
        }
    }
}
