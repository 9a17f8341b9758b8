using System.Runtime.InteropServices;

namespace Netpoll.Bench.Load.Wire;

/// <summary>Memory that all connections share for what goes out or comes in at the moment. One thread.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    /// <summary>What one system call moves at most. Arbitrary: well above what a multiplexed connection has under way.</summary>
    public const int Bytes = 256 << 10;

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; } = (byte*)NativeMemory.Alloc(Bytes);

    public void Dispose() => NativeMemory.Free(Pointer);
}
