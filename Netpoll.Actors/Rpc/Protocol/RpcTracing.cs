using System.Diagnostics;

namespace Netpoll.Actors.Rpc.Protocol;

/// <summary>
/// How a trace goes along with a call: as metadata, in the form of <see cref="DistributedContextPropagator.Current"/>, which by default is
/// W3C's <c>traceparent</c>, <c>tracestate</c> and <c>baggage</c>.
/// </summary>
public static class RpcTracing
{
    /// <summary>Adds a trace and its baggage to a call's metadata.</summary>
    /// <param name="activity">The caller's; null adds nothing.</param>
    /// <param name="metadata">What will be sent.</param>
    public static void Inject(Activity? activity, RpcMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (activity is not null)
        {
            DistributedContextPropagator.Current.Inject(activity, metadata, Set);
        }
    }

    /// <summary>Reads the caller's trace from a call's metadata.</summary>
    /// <returns>Default if there is none.</returns>
    internal static ActivityContext ReadContext(RpcMetadata metadata)
    {
        DistributedContextPropagator.Current.ExtractTraceIdAndState(metadata, Get, out string? parent, out string? state);
        ActivityContext.TryParse(parent, state, isRemote: true, out ActivityContext context);
        return context;
    }

    /// <summary>Reads the caller's baggage from a call's metadata.</summary>
    internal static IEnumerable<KeyValuePair<string, string?>> ReadBaggage(RpcMetadata metadata) =>
        DistributedContextPropagator.Current.ExtractBaggage(metadata, Get) ?? [];

    // Metadata has small letters only; other propagators than W3C's have capitals too.
    private static void Set(object? carrier, string name, string value) => ((RpcMetadata)carrier!).Add(name.ToLowerInvariant(), value);

    private static void Get(object? carrier, string name, out string? value, out IEnumerable<string>? values)
    {
        value = ((RpcMetadata)carrier!)[name.ToLowerInvariant()];
        values = null;
    }
}
