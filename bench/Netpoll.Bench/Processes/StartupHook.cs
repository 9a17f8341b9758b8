namespace Netpoll.Bench.Processes;

/// <summary>An assembly of ours that the runtime of a .NET server loads and calls before its Main. It lies beside this program.</summary>
/// <param name="Assembly">Its name.</param>
/// <param name="Variable">The environment variable that tells it what to do.</param>
/// <param name="Value">What that says.</param>
internal sealed record StartupHook(string Assembly, string Variable, string Value)
{
    /// <summary>What has a process that is about to start load these.</summary>
    public static IEnumerable<KeyValuePair<string, string>> EnvironmentOf(IReadOnlyCollection<StartupHook> hooks)
    {
        string paths = string.Join(Path.PathSeparator, hooks.Select(hook => Path.Combine(AppContext.BaseDirectory, $"{hook.Assembly}.dll")));
        return [new("DOTNET_STARTUP_HOOKS", paths), .. hooks.Select(hook => KeyValuePair.Create(hook.Variable, hook.Value))];
    }
}
