using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Netpoll.Actors.Rpc.Protocol;

namespace Netpoll.Actors.Rpc.Serving;

/// <summary>A table of methods, ready to be served: see <see cref="RpcServiceBuilder"/> and <see cref="RpcServer"/>. Immutable; any number of listeners may serve it.</summary>
public sealed class RpcService
{
    private readonly FrozenDictionary<byte[], RpcMethod>.AlternateLookup<ReadOnlySpan<byte>> _methods;

    internal RpcService(IEnumerable<RpcMethod> methods, RpcLimits limits)
    {
        Codec = new RpcCodec(RpcSide.Server, limits);
        FrozenDictionary<byte[], RpcMethod> table = methods.ToFrozenDictionary(method => method.Utf8Name, Utf8Names.Comparer);
        Methods = [.. table.Values.Select(method => method.Name).Order(StringComparer.Ordinal)];
        _methods = table.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The names of its methods, sorted.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>What cuts and checks the messages that come.</summary>
    public RpcCodec Codec { get; }

    /// <summary>Finds a method by its name in a message, without making a string of it.</summary>
    internal bool TryFind(in ReadOnlySequence<byte> name, [NotNullWhen(true)] out RpcMethod? method)
    {
        if (name.IsSingleSegment)
        {
            return _methods.TryGetValue(name.FirstSpan, out method);
        }

        Span<byte> copy = stackalloc byte[byte.MaxValue];
        name.CopyTo(copy);
        return _methods.TryGetValue(copy[..(int)name.Length], out method);
    }

    /// <summary>Names in UTF-8, found by bytes that are in no array of their own.</summary>
    private sealed class Utf8Names : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Utf8Names Comparer { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
