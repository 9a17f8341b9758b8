using System.ComponentModel;
using Netpoll.Bench.Load.Loads;
using Netpoll.Bench.Load.Recording;

// The load generator, started by the bench: one thread, one epoll, no actors. Prints one line of JSON.
// Exit code: 0, or 1 if there was any error, or 2 if the load could not begin or go on.
try
{
    LoadOptions options = LoadOptions.Parse(args);
    LoadResult result = options.Mode == "hold" ? HoldLoad.Run(options) : SteadyLoad.Run(options);
    Console.WriteLine(result.ToJson());
    return result.Errors == 0 ? 0 : 1;
}
catch (Exception e) when (e is Win32Exception or FormatException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
