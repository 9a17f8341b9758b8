using Google.Protobuf.WellKnownTypes;
using Netpoll.Actors.Rpc.Serialization;
using RpcSample.Contract;

namespace Netpoll.Actors.Tests.Rpc.Serving;

/// <summary>The service as its callers see it.</summary>
internal sealed class PlainCalculator(PlainRpcConnection connection)
{
    private static readonly IRpcSerializer s_json = CalculatorMethods.Json;

    public async Task<long> AddAsync(long left, long right) =>
        (await connection.CallAsync<Operands, Number>(CalculatorMethods.Add, new Operands(left, right), s_json)).Value;

    public async Task<long> DivideAsync(long left, long right) =>
        (await connection.CallAsync<Operands, Number>(CalculatorMethods.Divide, new Operands(left, right), s_json)).Value;

    public async Task<long> TotalAsync(long value) =>
        (await connection.CallAsync<Number, Number>(CalculatorMethods.Total, new Number(value), s_json)).Value;

    public async Task<long> LengthAsync(string text) =>
        (await connection.CallAsync<StringValue, Int64Value>(CalculatorMethods.Length, new StringValue { Value = text }, CalculatorMethods.Protobuf)).Value;

    public Task WaitAsync(long millis, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        connection.CallAsync<Number, Number>(CalculatorMethods.Wait, new Number(millis), s_json, timeout, metadata: null, cancellationToken);

    public IAsyncEnumerable<Number> CountAsync(long first, long? last = null, CancellationToken cancellationToken = default) =>
        connection.StreamAsync<CountRequest, Number>(CalculatorMethods.Count, new CountRequest(first, last), s_json, timeout: null, cancellationToken);

    public Task NoteAsync(string text) => connection.TellAsync(CalculatorMethods.Note, new Note(text), s_json);
}
