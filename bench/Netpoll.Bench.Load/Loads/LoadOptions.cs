using System.Globalization;

namespace Netpoll.Bench.Load.Loads;

/// <summary>What to do, as the bench says it: pairs of a name and a value.</summary>
internal sealed record LoadOptions
{
    /// <summary>Such as <c>tcp://127.0.0.1:7000</c>.</summary>
    public required string Address { get; init; }

    /// <summary><c>steady</c>, <c>connect</c> or <c>hold</c>.</summary>
    public string Mode { get; init; } = "steady";

    /// <summary>Connections that work.</summary>
    public int Connections { get; init; } = 100;

    /// <summary>Requests that may be under way at once on each.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>Further connections that stay silent.</summary>
    public int Idle { get; init; }

    /// <summary>Bytes in a body.</summary>
    public int Body { get; init; } = 1024;

    /// <summary>Length of the window in seconds.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>Seconds of load before it.</summary>
    public double WarmUp { get; init; } = 3;

    /// <summary>Requests a second of an open loop; 0 for a closed one.</summary>
    public double Rate { get; init; }

    /// <summary>From how many loopback addresses to connect; 0 for the kernel's choice.</summary>
    public int Sources { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">They are not pairs of what is known here.</exception>
    public static LoadOptions Parse(string[] args)
    {
        LoadOptions options = new() { Address = "" };
        foreach (string[] pair in args.Chunk(2))
        {
            string value = pair.Length == 2 ? pair[1] : throw new FormatException($"{pair[0]} has no value");
            options = pair[0] switch
            {
                "--address" => options with { Address = value },
                "--mode" => options with { Mode = value },
                "--connections" => options with { Connections = Whole(value) },
                "--in-flight" => options with { InFlight = Whole(value) },
                "--idle" => options with { Idle = Whole(value) },
                "--body" => options with { Body = Whole(value) },
                "--seconds" => options with { Seconds = Number(value) },
                "--warm-up" => options with { WarmUp = Number(value) },
                "--rate" => options with { Rate = Number(value) },
                "--sources" => options with { Sources = Whole(value) },
                _ => throw new FormatException($"{pair[0]} is unknown"),
            };
        }

        return options.Address.Length > 0 ? options : throw new FormatException("--address is missing");
    }

    private static int Whole(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static double Number(string value) => double.Parse(value, CultureInfo.InvariantCulture);
}
