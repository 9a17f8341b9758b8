using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Netpoll.Poller.Sockets;

namespace Echo.Verbs;

/// <summary>Builders of options that say in one sentence what is wrong with a value.</summary>
internal static class EchoOptions
{
    /// <summary>An address such as <c>tcp://127.0.0.1:7000</c>.</summary>
    public static Option<NetAddress> Address(string name, string description, string value) => new(name)
    {
        Description = description,
        HelpName = "tcp://host:port|unix:///path",
        DefaultValueFactory = _ => NetAddress.Parse(value),
        CustomParser = result =>
        {
            if (!NetAddress.TryParse(result.Tokens[0].Value, out NetAddress? address, out string? error))
            {
                result.AddError(error);
            }

            return address;
        },
    };

    /// <summary>A number within bounds.</summary>
    public static Option<T> Number<T>(string name, string description, T value, T min, T max)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => value,
            CustomParser = result => ParseNumber(result, name, min, max),
        };

    /// <summary>A number within bounds, or nothing.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string description, T min, T max)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => ParseNumber(result, name, min, max),
        };

    private static T ParseNumber<T>(ArgumentResult result, string name, T min, T max)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        if (!T.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out T number) || !(number >= min && number <= max))
        {
            result.AddError($"{name} must be a number from {min} to {max}, not '{text}'.");
        }

        return number;
    }
}
