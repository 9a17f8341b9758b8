using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A phase of the coordinated shutdown.</summary>
/// <param name="DependsOn">The phases before it.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Recover">Whether the next phase is run although this one failed.</param>
internal sealed record ShutdownPhase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover)
{
    public static Dictionary<string, ShutdownPhase> Read(Config settings)
    {
        var config = settings.GetConfig("akka.coordinated-shutdown")
            ?? throw new ConfigurationException("akka.coordinated-shutdown is missing");
        var timeout = config.GetTimeSpan("default-phase-timeout", null, allowInfinite: false);
        var phases = config.GetConfig("phases") ?? Config.Empty;
        return phases.Names.ToDictionary(
            static name => name,
            name =>
            {
                var phase = phases.GetConfig($"\"{name}\"")!;
                return new ShutdownPhase(
                    [.. phase.GetStringList("depends-on")],
                    phase.GetTimeSpan("timeout", timeout, allowInfinite: false),
                    phase.GetBoolean("recover", true));
            });
    }

    /// <summary>The phases in an order in which each comes after those that it depends on.</summary>
    public static string[] Sort(Dictionary<string, ShutdownPhase> phases)
    {
        var order = new List<string>(phases.Count);
        var open = new HashSet<string>();
        foreach (var name in phases.Keys)
            Visit(name);
        return [.. order];

        void Visit(string name)
        {
            if (order.Contains(name))
                return;
            if (!open.Add(name))
                throw new ArgumentException($"Cycle detected in graph of phases. It must be a DAG. Phase [{name}] depends transitively on itself.");
            if (phases.TryGetValue(name, out var phase))
            {
                foreach (var before in phase.DependsOn)
                    Visit(before);
            }

            order.Add(name);
        }
    }
}
