using Google.Protobuf.WellKnownTypes;
using Netpoll.Actors.Rpc.Serialization;

namespace RpcSample.Contract;

/// <summary>What client and server agree on: the methods' names, and the form of their messages.</summary>
public static class CalculatorMethods
{
    public const string Add = "Calculator/Add";
    public const string Divide = "Calculator/Divide";
    public const string Count = "Calculator/Count";
    public const string Wait = "Calculator/Wait";
    public const string Note = "Calculator/Note";
    public const string Total = "Calculator/Total";
    public const string Length = "Calculator/Length";

    public static IRpcSerializer Json { get; } = new JsonRpcSerializer(CalculatorJson.Default);

    public static IRpcSerializer Protobuf { get; } = new ProtobufRpcSerializer().Add(StringValue.Parser).Add(Int64Value.Parser);
}
