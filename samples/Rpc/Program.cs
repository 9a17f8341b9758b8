using Akka.Actor;
using Netpoll.Actors;
using Netpoll.Actors.Messages;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serving;
using RpcSample.Calling;
using RpcSample.Contract;
using RpcSample.Serving;

using ActorSystem system = ActorSystem.Create("calculator", "akka { loglevel = OFF, stdout-loglevel = OFF }");
TaskCompletionSource<string> noted = new(TaskCreationOptions.RunContinuationsAsynchronously);
RpcService service = CalculatorService.Create(system.ActorOf(Props.Create<TotalActor>(), "total"), noted.SetResult);
IActorRef listener = system.ActorOf(RpcServer.Props("tcp://127.0.0.1:0", service), "rpc");
Bound bound = await listener.Ask<Bound>(GetBound.Instance);

await using (RpcServiceClient client = system.Netpoll().RpcService(bound.Address, CalculatorMethods.Json))
{
    CalculatorClient calculator = new(client);
    Console.WriteLine($"2 + 3 = {await calculator.AddAsync(2, 3)}");
    try
    {
        await calculator.DivideAsync(1, 0);
    }
    catch (RpcStatusException failure)
    {
        Console.WriteLine($"1 / 0 fails: {failure.Status}: {failure.Message}");
    }

    Console.Write("counting from 1 to 5:");
    await foreach (Number number in calculator.CountAsync(1, 5))
    {
        Console.Write($" {number.Value}");
    }

    Console.Write("\ncounting for ever, until 3:");
    await foreach (Number number in calculator.CountAsync(1))
    {
        Console.Write($" {number.Value}");
        if (number.Value == 3)
        {
            break;
        }
    }

    using CancellationTokenSource enough = new();
    Task waiting = calculator.WaitAsync(60_000, timeout: null, enough.Token);
    Console.WriteLine($"\nwhile one call waits another is answered: {await calculator.AddAsync(20, 22)}");
    await enough.CancelAsync();
    try
    {
        await waiting;
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("the call that waits was cancelled");
    }

    try
    {
        await calculator.WaitAsync(60_000, TimeSpan.FromMilliseconds(50));
    }
    catch (RpcStatusException late)
    {
        Console.WriteLine($"a minute's wait in 50 ms fails: {late.Status}");
    }

    Console.WriteLine($"an actor's total after 5 and 7: {await calculator.TotalAsync(5)}, {await calculator.TotalAsync(7)}");
    Console.WriteLine($"Protocol Buffers instead of JSON: 'netpoll' has {await calculator.LengthAsync("netpoll")} letters");
    await calculator.NoteAsync("nobody answers this");
    Console.WriteLine($"noted: {await noted.Task}");
}

await system.Terminate();
