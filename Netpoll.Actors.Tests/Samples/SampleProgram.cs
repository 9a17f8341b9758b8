namespace Netpoll.Actors.Tests.Samples;

/// <summary>The samples as they were built: in their own folders, with what their own projects bring along.</summary>
internal static class SampleProgram
{
    /// <summary>The file to run.</summary>
    /// <param name="project">The name of its project.</param>
    /// <param name="assembly">The name of its assembly.</param>
    public static string PathOf(string project, string assembly)
    {
        // bin/Netpoll.Actors.Tests/release: the others lie beside it.
        DirectoryInfo own = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, assembly + ".dll");
    }
}
