namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>What is compared with what; the first of a group is what the others are a ratio of.</summary>
internal static class Groups
{
    public static IReadOnlyList<Func<Scenario[]>> All { get; } =
    [
        static () => [new RequestPath(copy: true)],
        static () => [new RequestPath(copy: false)],
    ];
}
