namespace Akka.Actor;

/// <summary>Where an actor system is. Here it is always this process, so host and port are empty.</summary>
public sealed class Address : IEquatable<Address>
{
    /// <summary>An address from its parts.</summary>
    /// <param name="protocol">Such as <c>akka</c>.</param>
    /// <param name="system">The actor system's name.</param>
    /// <param name="host">A host name, or null for this process.</param>
    /// <param name="port">A port, or null for this process.</param>
    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host;
        Port = port;
    }

    /// <summary>Such as <c>akka</c>.</summary>
    public string Protocol { get; }

    /// <summary>The actor system's name.</summary>
    public string System { get; }

    /// <summary>The host, or null for this process.</summary>
    public string? Host { get; }

    /// <summary>The port, or null for this process.</summary>
    public int? Port { get; }

    /// <summary>Whether the address only means something within this process.</summary>
    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    /// <summary>Whether the address means something to other processes.</summary>
    public bool HasGlobalScope => !HasLocalScope;

    /// <inheritdoc/>
    public bool Equals(Address? other) =>
        other is not null && Protocol == other.Protocol && System == other.System && Host == other.Host && Port == other.Port;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Address);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    /// <inheritdoc/>
    public override string ToString() =>
        Host is null ? $"{Protocol}://{System}" : Port is null ? $"{Protocol}://{System}@{Host}" : $"{Protocol}://{System}@{Host}:{Port}";

    /// <summary>Compares by value.</summary>
    public static bool operator ==(Address? left, Address? right) => Equals(left, right);

    /// <summary>Compares by value.</summary>
    public static bool operator !=(Address? left, Address? right) => !Equals(left, right);
}
