namespace Netpoll.Microbenchmarks.Buffers;

/// <summary>What is compared with what; the first of a group is what the others are a ratio of.</summary>
internal static class Groups
{
    public static IReadOnlyList<Func<Scenario[]>> All { get; } =
    [
        static () => [new RequestPath(copy: true), new RequestPath(copy: false)],
        static () => OfSize(64),
        static () => OfSize(1024),
        static () => OfSize(64 * 1024),
        static () => OfSize(1024 * 1024),
        static () => [new Slicing.CopiedOutOfPipe(), new Slicing.Sliced(), new Slicing.NewSlice()],
        static () => [new Framing.ThroughPipe(), new Framing.Next(), new Framing.Shown(), new Framing.ThroughMemoryStream()],
        static () => [new Framing.CopiedOutOfPipe(), new Framing.Sliced()],
    ];

    public static Scenario[] OfSize(int bytes) =>
    [
        new WriteThenRead.ThroughPipe(bytes),
        new WriteThenRead.Copied(bytes),
        new WriteThenRead.Linked(bytes),
        new WriteThenRead.CopiedOut(bytes),
        new WriteThenRead.ThroughLinkBufferPipe(bytes),
        new WriteThenRead.ThroughMemoryStream(bytes),
    ];
}
