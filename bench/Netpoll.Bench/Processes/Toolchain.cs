using System.ComponentModel;
using System.Diagnostics;

namespace Netpoll.Bench.Processes;

/// <summary>Compiles the servers that are not .NET's, whose sources lie beside this program, with whatever compilers are installed.</summary>
public static class Toolchain
{
    /// <summary>Compiles a C program.</summary>
    /// <param name="folder">Where its one source file lies.</param>
    /// <param name="name">The file's name without its extension.</param>
    /// <returns>The executable's path, or null when no compiler called <c>cc</c> is installed.</returns>
    /// <exception cref="BenchException">It found an error.</exception>
    public static async Task<string?> CompileCAsync(string folder, string name)
    {
        string source = Path.Combine(AppContext.BaseDirectory, folder, $"{name}.c"), executable = Path.ChangeExtension(source, null);
        return await RunAsync("cc", ["-O2", "-o", executable, source], workingDirectory: null) ? executable : null;
    }

    /// <summary>Compiles a Go program.</summary>
    /// <param name="folder">Where its module lies; also the executable's name.</param>
    /// <returns>The executable's path, or null when no <c>go</c> is installed.</returns>
    /// <exception cref="BenchException">It found an error.</exception>
    public static async Task<string?> CompileGoAsync(string folder)
    {
        string module = Path.Combine(AppContext.BaseDirectory, folder), executable = Path.Combine(module, folder);
        return await RunAsync("go", ["build", "-o", executable, "."], module) ? executable : null;
    }

    private static async Task<bool> RunAsync(string compiler, IEnumerable<string> arguments, string? workingDirectory)
    {
        var start = new ProcessStartInfo(compiler, arguments) { RedirectStandardError = true, WorkingDirectory = workingDirectory };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            // IGNORED: it is not installed, and the caller says so.
            return false;
        }

        using (process)
        {
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? true : throw new BenchException($"{compiler} cannot compile: {errors}");
        }
    }
}
