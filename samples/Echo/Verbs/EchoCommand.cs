using System.CommandLine;
using System.Net.Sockets;

namespace Echo.Verbs;

/// <summary>The command line: no verb, <c>serve</c> or <c>load</c>.</summary>
internal static class EchoCommand
{
    /// <summary>Exit code: all well.</summary>
    public const int Success = 0;

    /// <summary>Exit code: the load met errors.</summary>
    public const int LoadFailed = 1;

    /// <summary>Exit code: nothing could be run; one line on standard error says why.</summary>
    public const int CannotRun = 2;

    /// <summary>The verbs and their options.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("An RPC service on actors and pollers. Without a verb: serves and loads itself for 5 seconds.")
        {
            ServeVerb.Create(),
            LoadVerb.Create(),
        };
        root.SetAction((_, _) => DemoVerb.RunAsync());
        return root;
    }

    /// <summary>Runs what the arguments ask for and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult command = Create().Parse(args);
        if (command.Errors.Count > 0)
        {
            return CannotRunBecause(command.Errors[0].Message);
        }

        try
        {
            // Signals and failures are the verbs' business and ours.
            return await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        }
        catch (SocketException e)
        {
            return CannotRunBecause(e.Message);
        }
    }

    private static int CannotRunBecause(string message)
    {
        Console.Error.WriteLine(message);
        return CannotRun;
    }
}
