using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>
/// Where to listen or whom to call: <c>tcp://host:port</c> (a name, an IPv4 address, or an IPv6 address in brackets),
/// <c>unix:///path</c>, or <c>unix://@name</c> for an abstract name (Linux). Immutable; any thread.
/// </summary>
public sealed class NetAddress : IEquatable<NetAddress>
{
    private const string TcpPrefix = "tcp://";
    private const string UnixPrefix = "unix://";

    /// <summary>Bytes of a Unix socket's path, which ends in a zero: <c>sun_path</c> is 108 on Linux, 104 elsewhere.</summary>
    private static readonly int s_maxUnixPathBytes = Platform.Current.UnixPathBytes - 1;

    private string? _text;

    private NetAddress(string host, int port) => (Host, Port) = (Canonical(host), port);

    private NetAddress(IPAddress address, int port) => (Host, Port) = (Canonical(address), port);

    private NetAddress(string path) => Path = path;

    /// <summary>The end of a Unix connection that has no name: what a client that did not bind looks like to its server.</summary>
    public static NetAddress UnnamedUnix { get; } = new(path: "");

    /// <summary>True for <c>unix://</c>, false for <c>tcp://</c>.</summary>
    [MemberNotNullWhen(true, nameof(Path))]
    [MemberNotNullWhen(false, nameof(Host))]
    public bool IsUnix => Path is not null;

    /// <summary>
    /// The host name, or the IP address without brackets; null for Unix. An IPv6 address is in the one form of RFC 5952, so that equal addresses
    /// are equal texts: an IPv4 address mapped into IPv6 is the IPv4 address, and a zone (<c>%eth0</c>) is its number, where the
    /// address has zones (RFC 4007, section 5: link-local, site-local and multicast ones), and is dropped elsewhere.
    /// </summary>
    public string? Host { get; }

    /// <summary>The TCP port, 0 to 65535, where 0 lets the kernel choose when listening; 0 for Unix.</summary>
    public int Port { get; }

    /// <summary>The path of the Unix socket, or <c>@name</c> for an abstract one; null for TCP.</summary>
    public string? Path { get; }

    /// <summary>True for a Unix name that has no file and disappears with its socket.</summary>
    public bool IsAbstract => Path is ['@', ..];

    /// <summary>A TCP address.</summary>
    /// <param name="host">A host name or an IP address, IPv6 without brackets.</param>
    /// <param name="port">0 to 65535.</param>
    /// <exception cref="ArgumentException">The host is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static NetAddress Tcp(string host, int port)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return new NetAddress(host, port);
    }

    /// <summary>A Unix address: a path, or <c>@name</c>.</summary>
    /// <param name="path">At most 107 bytes in UTF-8, or 103 on macOS and FreeBSD.</param>
    /// <exception cref="ArgumentException">The path is empty or too long.</exception>
    public static NetAddress Unix(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (UnixProblem(path) is { } problem)
        {
            throw new ArgumentException(problem, nameof(path));
        }

        return new NetAddress(path);
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is not an address; the message says what is wrong with it.</exception>
    public static NetAddress Parse(string text) =>
        TryParse(text, out NetAddress? address, out string? error) ? address : throw new FormatException(error);

    /// <summary>Reads an address; false with a sentence that says what is wrong.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NetAddress? address, [NotNullWhen(false)] out string? error)
    {
        (address, string? problem) = text switch
        {
            null or "" => (null, "it is empty"),
            _ when text.StartsWith(TcpPrefix, StringComparison.OrdinalIgnoreCase) => ParseTcp(text[TcpPrefix.Length..]),
            _ when text.StartsWith(UnixPrefix, StringComparison.OrdinalIgnoreCase) => ParseUnix(text[UnixPrefix.Length..]),
            _ => (null, "it starts with neither tcp:// nor unix://"),
        };
        error = address is null ? $"'{text}' is not an address ({problem}): expected tcp://host:port, unix:///path or unix://@name" : null;
        return address is not null;
    }

    /// <summary>The address of an end point: IP, DNS or Unix.</summary>
    /// <exception cref="NotSupportedException">The end point is of another kind.</exception>
    public static NetAddress FromEndPoint(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => new NetAddress(ip.Address, ip.Port),
        DnsEndPoint dns => Tcp(dns.Host, dns.Port),
        UnixDomainSocketEndPoint unix => unix.ToString() is { Length: > 0 } path ? FromKernelPath(path) : UnnamedUnix,
        _ => throw new NotSupportedException($"{endPoint.GetType().Name} is neither an IP nor a Unix end point."),
    };

    /// <summary>A Unix name as the kernel reports it, which needs no checking.</summary>
    internal static NetAddress FromKernelPath(string path) => new(path);

    /// <summary>Finds the end points behind the address: itself when it is numeric or Unix, else all that the resolver gives, in its order.</summary>
    /// <exception cref="SocketException">The name is unknown, or has no address, or is abstract where only Linux would know it.</exception>
    public async Task<IReadOnlyList<EndPoint>> ResolveAsync(CancellationToken cancellationToken = default)
    {
        if (IsAbstract && !Platform.Current.HasAbstractNames)
        {
            throw new SocketOperationException("resolve", this, SocketError.AddressFamilyNotSupported, "this system's Unix sockets have no abstract names");
        }

        if (IsUnix)
        {
            return [new UnixDomainSocketEndPoint(IsAbstract ? "\0" + Path[1..] : Path)];
        }

        if (IPAddress.TryParse(Host, out IPAddress? ip))
        {
            return [new IPEndPoint(ip, Port)];
        }

        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException unknown)
        {
            throw new SocketOperationException("resolve", this, unknown.SocketErrorCode, unknown.Message);
        }

        return addresses.Length > 0
            ? Array.ConvertAll(addresses, address => new IPEndPoint(address, Port))
            : throw new SocketOperationException("resolve", this, SocketError.NoData, "the name has no address");
    }

    /// <summary>The address as <see cref="Parse"/> reads it: made when it is first asked for, and kept.</summary>
    public override string ToString() => _text ??= ToText();

    /// <inheritdoc/>
    public bool Equals(NetAddress? other) =>
        other is not null && Port == other.Port && Path == other.Path && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Host is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Host), Port, Path);

    private string ToText()
    {
        if (IsUnix)
        {
            return UnixPrefix + Path;
        }

        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{TcpPrefix}{host}:{Port}");
    }

    private static string Canonical(string host) =>
        host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out IPAddress? ip) ? Canonical(ip) : host;

    private static string Canonical(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        bool hasZone = address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0;
        return hasZone && !address.IsIPv6LinkLocal && !address.IsIPv6SiteLocal && !address.IsIPv6Multicast
            ? new IPAddress(address.GetAddressBytes()).ToString()
            : address.ToString();
    }

    private static (NetAddress? Address, string? Problem) ParseTcp(string rest)
    {
        int colon = rest.LastIndexOf(':');
        if (colon < 0 || rest.EndsWith(']'))
        {
            return (null, "the port is missing");
        }

        if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort)
        {
            return (null, "the port is not a number from 0 to 65535");
        }

        string host = rest[..colon];
        if (host is ['[', .., ']'])
        {
            host = host[1..^1];

            // IPAddress takes a bracketed address, and even a port behind it, for an address.
            return !host.Contains('[', StringComparison.Ordinal)
                && IPAddress.TryParse(host, out IPAddress? ip)
                && ip.AddressFamily == AddressFamily.InterNetworkV6
                ? (new NetAddress(host, port), null)
                : (null, "what stands in brackets is not an IPv6 address");
        }

        return host switch
        {
            "" => (null, "the host is missing"),
            _ when host.Contains(':', StringComparison.Ordinal) => (null, "an IPv6 address needs brackets"),
            _ when Uri.CheckHostName(host) == UriHostNameType.Unknown => (null, "the host is neither a name nor an IP address"),
            _ => (new NetAddress(host, port), null),
        };
    }

    private static (NetAddress? Address, string? Problem) ParseUnix(string path) => path switch
    {
        "" or "@" => (null, "the path is missing"),
        _ when path[0] is not ('/' or '@') => (null, "a path must be absolute"),
        _ when UnixProblem(path) is { } problem => (null, problem),
        _ => (new NetAddress(path), null),
    };

    private static string? UnixProblem(string path) =>
        path.Contains('\0', StringComparison.Ordinal) ? "the path contains a zero"
        : Encoding.UTF8.GetByteCount(path) > s_maxUnixPathBytes ? $"the path is longer than {s_maxUnixPathBytes} bytes"
        : null;
}
