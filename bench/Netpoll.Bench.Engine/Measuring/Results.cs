using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Akka.Actor;
using Netpoll.Bench.Engine.Loads;

namespace Netpoll.Bench.Engine.Measuring;

/// <summary>All rounds of one engine, as they are kept in a file.</summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The assembly that holds the actor system, and its version.</summary>
    public string Engine { get; init; } = RunningEngine;

    /// <summary>The runtime, and how many processors it saw.</summary>
    public string Machine { get; init; } = $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors";

    /// <summary>The loads that were measured.</summary>
    public List<LoadResult> Loads { get; init; } = [];

    private static string RunningEngine
    {
        get
        {
            AssemblyName assembly = typeof(ActorSystem).Assembly.GetName();
            return $"{assembly.Name} {assembly.Version?.ToString(3)}";
        }
    }

    /// <summary>Reads a file.</summary>
    public static Results Read(string path) => JsonSerializer.Deserialize<Results>(File.ReadAllText(path), s_options)!;

    /// <summary>Writes a file.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, s_options));
    }

    /// <summary>Two engines' rounds in one file would mean nothing.</summary>
    public void CheckEngine()
    {
        if (Engine != RunningEngine)
        {
            throw new InvalidOperationException($"The file holds rounds of {Engine}; this is {RunningEngine}.");
        }
    }

    /// <summary>Adds rounds to those of the same load.</summary>
    public void Add(Load load, IReadOnlyList<Sample> rounds)
    {
        if (Find(load.Name) is { } known)
        {
            known.Rounds.AddRange(rounds);
        }
        else
        {
            Loads.Add(new LoadResult(load.Name, load.Operation, load.IsAboutMemory, [.. rounds]));
        }
    }

    /// <summary>The rounds of a load, or null.</summary>
    public LoadResult? Find(string name) => Loads.Find(load => load.Name == name);
}

/// <summary>The rounds of one load.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Operation">What the figures are for one of.</param>
/// <param name="IsAboutMemory">Whether the bytes in use are the figure that counts.</param>
/// <param name="Rounds">What was measured.</param>
internal sealed record LoadResult(string Name, string Operation, bool IsAboutMemory, List<Sample> Rounds)
{
    /// <summary>The middle of all rounds, figure by figure.</summary>
    [JsonIgnore]
    public Sample Median => new(
        Middle(round => round.WallNanoseconds), Middle(round => round.CpuNanoseconds), Middle(round => round.AllocatedBytes), Middle(round => round.HeldBytes));

    private double Middle(Func<Sample, double> figure)
    {
        double[] sorted = [.. Rounds.Select(figure).Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
