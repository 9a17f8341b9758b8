using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Hosting;

/// <summary>A health check with its name, and what is to become of it.</summary>
public sealed class AkkaHealthCheckRegistration
{
    // Akka.Hosting gives it to every check, to filter by.
    private const string Tag = "akka";

    /// <summary>Registers a check that exists.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="instance">The check.</param>
    /// <param name="failureStatus">What a failure means; null for unhealthy.</param>
    /// <param name="tags">Tags to filter by, or null.</param>
    public AkkaHealthCheckRegistration(string name, IAkkaHealthCheck instance, HealthStatus? failureStatus, IEnumerable<string>? tags)
        : this(name, instance, failureStatus, tags, null)
    {
    }

    /// <summary>Registers a check that exists.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="instance">The check.</param>
    /// <param name="failureStatus">What a failure means; null for unhealthy.</param>
    /// <param name="tags">Tags to filter by, or null.</param>
    /// <param name="timeout">How long it may take; null for any time.</param>
    public AkkaHealthCheckRegistration(string name, IAkkaHealthCheck instance, HealthStatus? failureStatus, IEnumerable<string>? tags, TimeSpan? timeout)
        : this(name, _ => instance, failureStatus, tags, timeout)
    {
        ArgumentNullException.ThrowIfNull(instance);
    }

    internal AkkaHealthCheckRegistration(
        string name, Func<IServiceProvider, IAkkaHealthCheck> factory, HealthStatus? failureStatus, IEnumerable<string>? tags, TimeSpan? timeout)
    {
        Name = name;
        Factory = factory;
        FailureStatus = failureStatus ?? HealthStatus.Unhealthy;
        Tags = new HashSet<string>(tags ?? [], StringComparer.OrdinalIgnoreCase);
        Timeout = timeout ?? System.Threading.Timeout.InfiniteTimeSpan;
    }

    /// <summary>Its name, which no other check has.</summary>
    public string Name
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Makes the check.</summary>
    public Func<IServiceProvider, IAkkaHealthCheck> Factory
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Tags to filter by.</summary>
    public ISet<string> Tags { get; }

    /// <summary>What a failure means.</summary>
    public HealthStatus FailureStatus { get; set; }

    /// <summary>How long it may take.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive, nor infinite.</exception>
    public TimeSpan Timeout
    {
        get;
        set
        {
            if (value != System.Threading.Timeout.InfiniteTimeSpan)
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    }

    internal HealthCheckRegistration ToHealthCheckRegistration() =>
        new(Name, services => new HealthCheckAdapter(Factory(services), services), FailureStatus, [.. Tags, Tag], Timeout);
}
