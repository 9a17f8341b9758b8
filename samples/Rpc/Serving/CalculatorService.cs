using System.Runtime.CompilerServices;
using Akka.Actor;
using Google.Protobuf.WellKnownTypes;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Rpc.Serving;
using RpcSample.Contract;

namespace RpcSample.Serving;

/// <summary>The methods.</summary>
internal static class CalculatorService
{
    /// <summary>Puts the methods into a table.</summary>
    /// <param name="total">The actor behind <see cref="CalculatorMethods.Total"/>.</param>
    /// <param name="noted">Gets each note.</param>
    public static RpcService Create(IActorRef total, Action<string> noted) => new RpcServiceBuilder(CalculatorMethods.Json)
        .Unary<Operands, Number>(CalculatorMethods.Add, (operands, _) => new(new Number(operands.Left + operands.Right)))
        .Unary<Operands, Number>(CalculatorMethods.Divide, (operands, _) => new(Divide(operands)))
        .Unary<Number, Number>(CalculatorMethods.Wait, WaitAsync)
        .Stream<CountRequest, Number>(CalculatorMethods.Count, (request, _) => CountAsync(request))
        .OneWay<Note>(CalculatorMethods.Note, (note, _) =>
        {
            noted(note.Text);
            return ValueTask.CompletedTask;
        })
        .Ask<Number, Number>(CalculatorMethods.Total, total)
        .Unary<StringValue, Int64Value>(CalculatorMethods.Length, (text, _) => new(new Int64Value { Value = text.Value.Length }), CalculatorMethods.Protobuf)
        .Build();

    private static Number Divide(Operands operands) => operands.Right == 0
        ? throw new RpcStatusException(RpcStatus.InvalidArgument, "Nothing can be divided by 0.")
        : new Number(operands.Left / operands.Right);

    // So many milliseconds, or until the caller has had enough.
    private static async ValueTask<Number> WaitAsync(Number millis, RpcCall call)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(millis.Value), call.CancellationToken);
        return millis;
    }

    private static async IAsyncEnumerable<Number> CountAsync(CountRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (long number = request.First; number <= (request.Last ?? long.MaxValue); number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Number(number);
            await Task.Yield();
        }
    }
}
