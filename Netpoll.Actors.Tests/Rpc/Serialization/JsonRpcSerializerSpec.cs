using System.Buffers;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf.WellKnownTypes;
using Netpoll.Actors.Rpc.Serialization;
using Netpoll.Poller.Buffers;
using RpcSample.Contract;
using Xunit;

namespace Netpoll.Actors.Tests.Rpc.Serialization;

/// <summary>Values to bytes and back, straight into the buffers.</summary>
public sealed class JsonRpcSerializerSpec
{
    [Fact]
    public void Values_are_written_with_the_options_of_their_context_and_read_again()
    {
        IRpcFormatter<Operands> formatter = CalculatorMethods.Json.For<Operands>();
        using LinkBuffer buffer = new();
        buffer.WriteBinary("before "u8);
        formatter.Write(new Operands(1, 2), buffer);
        formatter.Write(new Operands(3, 4), buffer);
        buffer.Flush();
        Assert.Equal("""before {"left":1,"right":2}{"left":3,"right":4}""", Encoding.UTF8.GetString(buffer.AsSequence()));
        Assert.Equal(new Operands(1, 2), formatter.Read(buffer.AsSequence().Slice(7, 20)));
    }

    [Fact]
    public void A_value_that_fails_half_way_leaves_nothing_behind_for_the_next()
    {
        JsonRpcSerializer serializer = new(new DefaultJsonTypeInfoResolver());
        ArrayBufferWriter<byte> output = new();
        Assert.ThrowsAny<Exception>(() => serializer.For<Dictionary<string, object>>().Write(new() { ["a"] = (Action)(() => { }) }, output));
        output.ResetWrittenCount();
        serializer.For<int>().Write(5, output);
        Assert.Equal("5"u8.ToArray(), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_type_without_a_contract_is_refused_when_it_is_asked_for() =>
        Assert.Contains("JsonSerializable", Assert.Throws<NotSupportedException>(() => CalculatorMethods.Json.For<Guid>()).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_serializer_is_two_methods()
    {
        IRpcFormatter<StringValue> formatter = CalculatorMethods.Protobuf.For<StringValue>();
        ArrayBufferWriter<byte> output = new();
        formatter.Write(new StringValue { Value = "text" }, output);
        Assert.Equal("text", formatter.Read(new ReadOnlySequence<byte>(output.WrittenMemory)).Value);
        Assert.Throws<NotSupportedException>(() => CalculatorMethods.Protobuf.For<BoolValue>());
    }
}
