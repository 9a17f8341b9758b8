using System.Runtime.InteropServices;
using Netpoll.Poller.Native;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// Headers and vectors of the sends that the kernel has not taken yet. It copies them when it takes the submission
/// (IORING_FEAT_SUBMIT_STABLE), so they are all free again after each entry.
/// </summary>
internal sealed unsafe class SendVectors : IDisposable
{
    /// <summary>Pieces of one send: as many as one system call takes elsewhere.</summary>
    public const int MostPerSend = 64;

    private const int Headers = 64;
    private const int Vectors = 1024;

    private MessageHeader* _headers = (MessageHeader*)NativeMemory.AllocZeroed(Headers, (nuint)sizeof(MessageHeader));
    private IoVector* _vectors = (IoVector*)NativeMemory.Alloc(Vectors, (nuint)sizeof(IoVector));
    private int _usedHeaders;
    private int _usedVectors;

    /// <summary>True when there is no room for one more send of any number of pieces.</summary>
    public bool IsFull => _usedHeaders == Headers || _usedVectors > Vectors - MostPerSend;

    /// <summary>Room for the pieces of one send.</summary>
    public Span<IoVector> Room => new(_vectors + _usedVectors, MostPerSend);

    /// <summary>Keeps the first pieces of <see cref="Room"/> behind a header, until <see cref="Reset"/>.</summary>
    public MessageHeader* Keep(int count)
    {
        MessageHeader* header = _headers + _usedHeaders++;
        header->Vectors = _vectors + _usedVectors;
        header->VectorCount = (nuint)count;
        _usedVectors += count;
        return header;
    }

    /// <summary>The kernel has taken all submissions.</summary>
    public void Reset() => _usedHeaders = _usedVectors = 0;

    public void Dispose()
    {
        NativeMemory.Free(_headers);
        NativeMemory.Free(_vectors);
        _headers = null;
        _vectors = null;
    }
}
