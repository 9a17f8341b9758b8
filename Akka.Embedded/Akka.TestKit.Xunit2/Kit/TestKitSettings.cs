using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>How long tests wait, from <c>akka.test</c>.</summary>
public class TestKitSettings : IExtension
{
    /// <summary>Reads <c>akka.test</c>.</summary>
    /// <param name="config">The part below <c>akka.test</c>.</param>
    public TestKitSettings(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        DefaultTimeout = config.GetTimeSpan("default-timeout", TimeSpan.FromSeconds(5));
        SingleExpectDefault = config.GetTimeSpan("single-expect-default", TimeSpan.FromSeconds(3));
        TestEventFilterLeeway = config.GetTimeSpan("filter-leeway", TimeSpan.FromSeconds(3));
        TestTimeFactor = config.GetDouble("timefactor", 1);
    }

    /// <summary>How long anything may take.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long one message may take.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for its events.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>All times are multiplied with it, for slow machines.</summary>
    public double TestTimeFactor { get; }
}

/// <summary>Makes the <see cref="TestKitSettings"/> of an actor system.</summary>
public class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    /// <summary>The settings of an actor system.</summary>
    /// <param name="system">The actor system.</param>
    public static TestKitSettings For(ActorSystem system) => new TestKitExtension().Apply(system);

    /// <inheritdoc/>
    public override TestKitSettings CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        system.Settings.InjectTopLevelFallback(TestKitBase.DefaultConfig);
        return new TestKitSettings(system.Settings.Config.GetConfig("akka.test")!);
    }
}
