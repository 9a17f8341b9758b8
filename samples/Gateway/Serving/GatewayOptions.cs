using Microsoft.Extensions.Configuration;
using Netpoll.Poller.Sockets;

namespace Gateway.Serving;

/// <summary>What the section <c>Gateway</c> of the configuration says.</summary>
internal sealed class GatewayOptions
{
    private const string Section = "Gateway";

    /// <summary>The servers behind the gateway; all do the same.</summary>
    public string[] Upstreams { get; set; } = [];

    /// <summary>Whether the gateway runs the servers too, so that there is something to try.</summary>
    public bool RunUpstreams { get; set; }

    /// <summary>How long a caller waits at most.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Which method of the upstreams a command stands for.</summary>
    public Dictionary<string, string> Routes { get; set; } = [];

    /// <summary>The upstreams' addresses.</summary>
    public NetAddress[] Addresses => [.. Upstreams.Select(NetAddress.Parse)];

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="InvalidDataException">Something is missing or not allowed: the message has its path, and what is.</exception>
    public static GatewayOptions Read(IConfiguration configuration)
    {
        string[] known = [nameof(Upstreams), nameof(RunUpstreams), nameof(CallTimeout), nameof(Routes)];
        foreach (IConfigurationSection setting in configuration.GetSection(Section).GetChildren())
        {
            Check(known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase), $"{setting.Path} is not a setting: allowed are {string.Join(", ", known)}");
        }

        GatewayOptions options = new();
        configuration.GetSection(Section).Bind(options);
        Check(options.Upstreams.Length > 0, $"{Section}:Upstreams is empty: there must be one address at least");
        for (int i = 0; i < options.Upstreams.Length; i++)
        {
            bool isAddress = NetAddress.TryParse(options.Upstreams[i], out _, out string? error);
            Check(isAddress, $"{Section}:Upstreams:{i}: {error}");
        }

        Check(options.CallTimeout > TimeSpan.Zero, $"{Section}:CallTimeout is '{options.CallTimeout}': it must be more than nothing, such as '00:00:01'");
        Check(options.Routes.Count > 0, $"{Section}:Routes is empty: there must be one command at least");
        return options;
    }

    private static void Check(bool isAllowed, string otherwise)
    {
        if (!isAllowed)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
