using System.Reflection;
using Netpoll.Bench.Plans;

namespace Netpoll.Bench.Processes;

/// <summary>Finds or compiles the servers that can run here.</summary>
internal static class CandidateCatalogue
{
    private const string SharedHandlers = "4";

    /// <summary>Which actor engine this program, and with it the servers, was built for.</summary>
    public static string ActorEngine { get; } = typeof(CandidateCatalogue).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ActorEngine").Value!;

    /// <summary>The candidates asked for, in the order of their names, ours once more for each backend and each kind of listener.</summary>
    /// <param name="names">Which of <see cref="CandidateNames.All"/>.</param>
    /// <param name="backends">Backends of the pollers besides the default; ours run with each.</param>
    /// <param name="listeners">Who may listen to a server: ours run once with each.</param>
    /// <param name="skipped">Is told why a candidate cannot run here.</param>
    public static async Task<IReadOnlyList<Candidate>> FindAsync(
        IReadOnlyList<string> names, IReadOnlyList<string> backends, IReadOnlyList<string> listeners, Action<string> skipped)
    {
        var found = new List<Candidate>();
        foreach (string name in CandidateNames.All.Where(names.Contains))
        {
            switch (name)
            {
                case CandidateNames.Yardstick:
                    Add(await Toolchain.CompileCAsync("yardstick", "epoll_echo") is { } c ? new(name, c, IsDotNet: false, "0") : null, "no C compiler called cc");
                    break;
                case CandidateNames.Go:
                    Add(await Toolchain.CompileGoAsync("go-net") is { } go ? new(name, go, IsDotNet: false) { MuxArguments = ["-mux"] } : null, "no Go compiler called go");
                    break;
                case CandidateNames.AkkaIo:
                    Add(ActorEngine == "Akka" ? Server(name, "akka-io") : null, "only a build with -p:ActorEngine=Akka has it");
                    break;
                case CandidateNames.Socket:
                    found.Add(Server(name, "socket"));
                    break;
                case CandidateNames.MergedSocket:
                    found.Add(Server(name, "socket", "--merge") with { IsForMuxOnly = true });
                    break;
                case CandidateNames.Kestrel:
                    found.Add(Server(name, "kestrel"));
                    break;
                default:
                    found.AddRange(Ours(name, backends, listeners));
                    break;
            }

            void Add(Candidate? candidate, string whyNot)
            {
                if (candidate is null)
                {
                    skipped($"{name} is left out: {whyNot}");
                }
                else
                {
                    found.Add(candidate);
                }
            }
        }

        return found;
    }

    private static IEnumerable<Candidate> Ours(string name, IReadOnlyList<string> backends, IReadOnlyList<string> listeners)
    {
        string[] arguments = name switch
        {
            CandidateNames.Serial => ["actors", "--serial"],
            CandidateNames.Shared => ["actors", "--shared-handlers", SharedHandlers],
            _ => ["actors"],
        };
        return
        [
            Server(name, arguments),
            .. backends.Select(backend => Server($"{name}/{backend}", [.. arguments, "--backend", backend])),
            .. listeners.Select(listener => Server($"{name}/{listener}", arguments) with { Listeners = listener }),
        ];
    }

    private static Candidate Server(string name, params string[] arguments) => new(name, Sibling.Path("Netpoll.Bench.Servers"), IsDotNet: true, arguments);
}
