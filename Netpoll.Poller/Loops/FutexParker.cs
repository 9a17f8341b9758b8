using System.Runtime.CompilerServices;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Loops;

/// <summary>Parks on Linux' futex. The word's three states are those of Rust's standard library, <c>thread_parking/futex.rs</c>.</summary>
internal sealed unsafe class FutexParker : ThreadParker
{
    private const int Parked = -1;
    private const int Empty = 0;
    private const int Permit = 1;
    private const int IntsPerCacheLine = 16;

    // Pinned for the kernel; the word lies in the middle, on a cache line of its own.
    private readonly int[] _memory = GC.AllocateArray<int>(2 * IntsPerCacheLine, pinned: true);
    private readonly int* _word;

    public FutexParker() => _word = (int*)Unsafe.AsPointer(ref _memory[IntsPerCacheLine]);

    public override void Park()
    {
        if (Interlocked.Decrement(ref *_word) == Empty)
        {
            return;
        }

        do
        {
            Futex.Wait(_word, Parked, timeoutMillis: -1);
        }
        while (Interlocked.CompareExchange(ref *_word, Empty, Permit) != Permit);
    }

    public override bool TryPark(int timeoutMillis)
    {
        if (Interlocked.Decrement(ref *_word) == Empty)
        {
            return true;
        }

        Futex.Wait(_word, Parked, timeoutMillis);
        return Interlocked.Exchange(ref *_word, Empty) == Permit;
    }

    public override void Unpark()
    {
        if (Interlocked.Exchange(ref *_word, Permit) == Parked)
        {
            Futex.WakeOne(_word);
        }
    }
}
