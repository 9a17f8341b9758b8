using Google.Protobuf.WellKnownTypes;
using Netpoll.Actors.Rpc.Calling;
using RpcSample.Contract;

namespace RpcSample.Calling;

/// <summary>The service as its callers see it.</summary>
internal sealed class CalculatorClient(RpcServiceClient client)
{
    private readonly RpcUnary<Operands, Number> _add = client.Unary<Operands, Number>(CalculatorMethods.Add);
    private readonly RpcUnary<Operands, Number> _divide = client.Unary<Operands, Number>(CalculatorMethods.Divide);
    private readonly RpcUnary<Number, Number> _total = client.Unary<Number, Number>(CalculatorMethods.Total);
    private readonly RpcUnary<Number, Number> _wait = client.Unary<Number, Number>(CalculatorMethods.Wait);
    private readonly RpcStream<CountRequest, Number> _count = client.Stream<CountRequest, Number>(CalculatorMethods.Count);
    private readonly RpcOneWay<Note> _note = client.OneWay<Note>(CalculatorMethods.Note);
    private readonly RpcUnary<StringValue, Int64Value> _length =
        client.Unary<StringValue, Int64Value>(CalculatorMethods.Length, CalculatorMethods.Protobuf);

    public async Task<long> AddAsync(long left, long right) => (await _add.CallAsync(new Operands(left, right))).Value;

    public async Task<long> DivideAsync(long left, long right) => (await _divide.CallAsync(new Operands(left, right))).Value;

    public async Task<long> TotalAsync(long value) => (await _total.CallAsync(new Number(value))).Value;

    public async Task<long> LengthAsync(string text) => (await _length.CallAsync(new StringValue { Value = text })).Value;

    public async Task WaitAsync(long millis, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        await _wait.CallAsync(new Number(millis), timeout, cancellationToken);

    public IAsyncEnumerable<Number> CountAsync(long first, long? last = null) => _count.CallAsync(new CountRequest(first, last));

    public async Task NoteAsync(string text) => await _note.SendAsync(new Note(text));
}
