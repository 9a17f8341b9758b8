namespace Netpoll.Bench.Plans;

/// <summary>A server to measure: a program that prints <c>listening on ADDRESS</c> and echoes until SIGTERM.</summary>
/// <param name="Name">What the command line and the reports call it.</param>
/// <param name="Program">The executable.</param>
/// <param name="IsDotNet">Whether it runs on .NET, where allocations can be counted.</param>
/// <param name="Arguments">Its arguments, with port 0.</param>
public sealed record Candidate(string Name, string Program, bool IsDotNet, params IReadOnlyList<string> Arguments)
{
    /// <summary>The one that every other is compared with: the price of the kernel alone.</summary>
    public const string Yardstick = "c-epoll";

    private const string Anywhere = "tcp://127.0.0.1:0";

    /// <summary>The names that <see cref="All"/> gives, in its order.</summary>
    public static IReadOnlyList<string> Names { get; } = [Yardstick, "echo-serial", "echo-bounded", "echo-shared"];

    /// <summary>Every candidate there is, the yardstick first.</summary>
    /// <param name="yardstick">The compiled C echo server.</param>
    /// <param name="echo">The built Echo sample.</param>
    public static IReadOnlyList<Candidate> All(string yardstick, string echo) =>
    [
        new(Yardstick, yardstick, IsDotNet: false, "0"),
        new("echo-serial", echo, IsDotNet: true, "serve", "--address", Anywhere, "--serial"),
        new("echo-bounded", echo, IsDotNet: true, "serve", "--address", Anywhere),
        new("echo-shared", echo, IsDotNet: true, "serve", "--address", Anywhere, "--shared-handlers", "4"),
    ];
}
