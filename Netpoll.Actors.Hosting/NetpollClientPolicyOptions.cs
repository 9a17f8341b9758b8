using Netpoll.Actors.Hosting.Configuration;

namespace Netpoll.Actors.Hosting;

/// <summary>Connecting again to a server that is not there. Null leaves a setting as it is.</summary>
public sealed class NetpollReconnectOptions
{
    /// <summary>Whether it is done at all. Defaults to true.</summary>
    public bool? Enabled { get; set; }

    /// <summary>The wait after the first failure, at least a millisecond; each one is about twice as long as the one before. Defaults to 100 milliseconds.</summary>
    public TimeSpan? FirstDelay { get; set; }

    /// <summary>The longest wait, at least the first one. Defaults to 10 seconds.</summary>
    public TimeSpan? MaxDelay { get; set; }

    internal void Write(HoconText text) => text
        .Add("reconnect.enabled", Enabled)
        .AddBackOff("reconnect", FirstDelay, MaxDelay);
}

/// <summary>Making a failed call again where that is safe. Null leaves a setting as it is.</summary>
public sealed class NetpollRetryOptions
{
    /// <summary>The most tries of one call, the first included; at least 1, which is never to make one again. Defaults to 1.</summary>
    public int? MaxTries { get; set; }

    /// <summary>The wait after the first failure, at least a millisecond; each one is about twice as long as the one before. Defaults to 100 milliseconds.</summary>
    public TimeSpan? FirstDelay { get; set; }

    /// <summary>The longest wait, at least the first one. Defaults to 10 seconds.</summary>
    public TimeSpan? MaxDelay { get; set; }

    internal void Write(HoconText text) => text
        .Add("retry.max-tries", MaxTries)
        .AddBackOff("retry", FirstDelay, MaxDelay);
}

/// <summary>Leaving a server alone for a while that lets calls time out. Null leaves a setting as it is.</summary>
public sealed class NetpollCircuitOptions
{
    /// <summary>How many calls in a row must time out, at least 1. Defaults to off: a server is never taken for dead for that.</summary>
    public int? TimeoutsToOpen { get; set; }

    /// <summary>For how long at first, at least a millisecond; each time is about twice as long as the one before. Defaults to 100 milliseconds.</summary>
    public TimeSpan? FirstDelay { get; set; }

    /// <summary>The longest time, at least the first one. Defaults to 10 seconds.</summary>
    public TimeSpan? MaxDelay { get; set; }

    internal void Write(HoconText text) => text
        .Add("circuit.timeouts-to-open", TimeoutsToOpen)
        .AddBackOff("circuit", FirstDelay, MaxDelay);
}
