using System.Diagnostics;

namespace Netpoll.Bench.Processes;

/// <summary>Compiles the C programs, which lie beside this one, with whatever <c>cc</c> is installed.</summary>
public static class CCompiler
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "yardstick");

    /// <summary>Compiles one program and returns the path of its executable.</summary>
    /// <param name="name">The source file's name without its extension.</param>
    /// <exception cref="BenchException">There is no compiler, or it found an error.</exception>
    public static async Task<string> CompileAsync(string name)
    {
        string executable = Path.Combine(s_folder, name);
        var start = new ProcessStartInfo("cc", ["-O2", "-o", executable, executable + ".c"]) { RedirectStandardError = true };
        try
        {
            using var compiler = Process.Start(start)!;
            string errors = await compiler.StandardError.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            return compiler.ExitCode == 0 ? executable : throw new BenchException($"cc cannot compile {name}.c: {errors}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchException($"cc cannot be started ({e.Message}): the yardstick and the load generator are C programs", e);
        }
    }
}
