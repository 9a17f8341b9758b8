using System.Text.Json.Serialization;

namespace RpcSample.Contract;

/// <summary>Two numbers.</summary>
public sealed record Operands(long Left, long Right);

/// <summary>One number.</summary>
public sealed record Number(long Value);

/// <summary>Count from a number on, and for ever if there is no end.</summary>
public sealed record CountRequest(long First, long? Last = null);

/// <summary>Something to write down.</summary>
public sealed record Note(string Text);

/// <summary>The JSON form of the messages, made by the compiler: no reflection when they are written and read.</summary>
[JsonSerializable(typeof(Operands))]
[JsonSerializable(typeof(Number))]
[JsonSerializable(typeof(CountRequest))]
[JsonSerializable(typeof(Note))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
public sealed partial class CalculatorJson : JsonSerializerContext;
