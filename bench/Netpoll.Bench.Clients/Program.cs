using System.CommandLine;
using System.Net;
using Netpoll.Actors.Rpc;
using Netpoll.Bench.Clients;

// Our client beside plain .NET sockets, against the same C echo server, in rounds that take turns.
Option<string> scenarioOption = new("--scenario") { Description = "pool, idle or mux", DefaultValueFactory = _ => "mux" };
Option<int> callersOption = new("--callers") { Description = "Callers, each with one call at a time", DefaultValueFactory = _ => 100 };
Option<int> bytesOption = new("--bytes") { Description = "Bytes of a payload", DefaultValueFactory = _ => 1024 };
Option<int> connectionsOption = new("--connections") { Description = "mux: connections; idle: connections at rest", DefaultValueFactory = _ => 4 };
Option<int> pollersOption = new("--pollers") { Description = "Our event loops", DefaultValueFactory = _ => 1 };
Option<int> roundsOption = new("--rounds") { Description = "Rounds, in which the clients take turns", DefaultValueFactory = _ => 5 };
Option<double> secondsOption = new("--seconds") { Description = "Seconds of a measurement", DefaultValueFactory = _ => 2 };
Option<double> warmUpOption = new("--warm-up") { Description = "Seconds of an unmeasured first round of each client, for the JIT", DefaultValueFactory = _ => 3 };
Option<string[]> clientsOption = new("--clients")
{
    Description = "raw, netpoll, netpoll-loop (what follows a call runs on the loop), netpoll-ask (by message)",
    DefaultValueFactory = _ => ["raw", "netpoll", "netpoll-loop", "netpoll-ask"],
    AllowMultipleArgumentsPerToken = true,
};

RootCommand command = new("Measures RPC clients.")
{
    scenarioOption, callersOption, bytesOption, connectionsOption, pollersOption, roundsOption, secondsOption, warmUpOption, clientsOption,
};
command.SetAction(async parsed =>
{
    string scenario = parsed.GetValue(scenarioOption)!;
    int callers = parsed.GetValue(callersOption);
    int bytes = parsed.GetValue(bytesOption);
    int connections = parsed.GetValue(connectionsOption);
    string[] names = parsed.GetValue(clientsOption)!;
    using EchoServer server = await EchoServer.StartAsync();
    Dictionary<string, List<Reading>> readings = names.ToDictionary(name => name, _ => new List<Reading>());
    TimeSpan warmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUpOption));
    TimeSpan window = TimeSpan.FromSeconds(parsed.GetValue(secondsOption));
    foreach (string name in names)
    {
        await MeasureAsync(name, warmUp);
    }

    for (int round = 0; round < parsed.GetValue(roundsOption); round++)
    {
        foreach (string name in names)
        {
            readings[name].Add(await MeasureAsync(name, window));
        }
    }

    Console.WriteLine($"{scenario}, {callers} callers, {bytes} bytes; the median of each figure, and in brackets its range");
    Console.WriteLine($"{"client",-14}{"calls/s",28}{"p50 us",24}{"p99 us",26}{"cpu us/call",22}{"bytes/call",14}");
    foreach ((string name, List<Reading> all) in readings)
    {
        Console.WriteLine($"{Row(name, all, "N0", "N1")}{Median(all, reading => reading.Bytes),14:N0}");
    }

    if (readings.TryGetValue("raw", out List<Reading>? raw))
    {
        Console.WriteLine("times raw in the same round: the median of the rounds' ratios, and in brackets their range");
        foreach ((string name, List<Reading> all) in readings.Where(pair => pair.Key != "raw"))
        {
            Console.WriteLine(Row(name, [.. all.Zip(raw, (ours, theirs) => ours.Over(theirs))], "N2", "N2"));
        }
    }

    async Task<Reading> MeasureAsync(string name, TimeSpan time)
    {
        await using IClient client = await CreateAsync(name);
        if (scenario == "idle")
        {
            await Load.OpenAsync(client, connections, bytes);
        }

        return await Load.RunAsync(client, callers, bytes, TimeSpan.FromSeconds(0.7), time);
    }

    Task<IClient> CreateAsync(string name) => name == "raw" ? CreateRawAsync() : Task.FromResult<IClient>(new NetpollClient(
        server.Address,
        new RpcClientOptions
        {
            Connections = scenario switch
            {
                "mux" => ConnectionPolicy.Mux(connections),
                "idle" => ConnectionPolicy.Pool(connections),
                _ => ConnectionPolicy.Pool(callers),
            },
            Protocol = scenario == "mux" ? CallProtocols.WithIds : CallProtocols.InOrder,
            ContinueOnLoop = name == "netpoll-loop",
        },
        parsed.GetValue(pollersOption),
        asks: name == "netpoll-ask"));

    async Task<IClient> CreateRawAsync()
    {
        IPEndPoint endPoint = new(IPAddress.Parse(server.Address.Host!), server.Address.Port);
        return scenario switch
        {
            "mux" => await RawMuxClient.OpenAsync(endPoint, connections),
            "idle" => new RawPoolClient(endPoint, connections),
            _ => new RawPoolClient(endPoint, callers),
        };
    }
});
return await command.Parse(args).InvokeAsync();

static double Median(List<Reading> readings, Func<Reading, double> figure)
{
    double[] sorted = [.. readings.Select(figure).Order()];
    return sorted[sorted.Length / 2];
}

static string Row(string name, List<Reading> readings, string format, string cpuFormat) =>
    $"{name,-14}{Spread(readings, reading => reading.Qps, format),28}{Spread(readings, reading => reading.P50Micros, format),24}" +
    $"{Spread(readings, reading => reading.P99Micros, format),26}{Spread(readings, reading => reading.CpuMicros, cpuFormat),22}";

static string Spread(List<Reading> readings, Func<Reading, double> figure, string format)
{
    static string Text(double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    return $"{Text(Median(readings, figure), format)} ({Text(readings.Min(figure), format)}-{Text(readings.Max(figure), format)})";
}
