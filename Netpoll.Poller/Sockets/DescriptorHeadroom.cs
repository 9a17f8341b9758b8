using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>
/// The last descriptors that the process may open: they are for the runtime and for the application's files, and no connection that is accepted may have
/// one. Immutable: the limit of a moment.
/// </summary>
/// <remarks>
/// .NET's runtime ends the process when a thread that it starts, its compiler's for one, finds no descriptor. A new descriptor has the lowest number that
/// is free (POSIX), so a number tells that all lower ones are taken. It does not tell that higher ones are free, so one is asked for before each accept
/// as soon as numbers are high.
/// </remarks>
internal readonly struct DescriptorHeadroom(int limit)
{
    /// <summary>A thread that the runtime starts needs three for a moment; this is enough for a few at once and for some files (arbitrary).</summary>
    private const int Most = 16;

    /// <summary>Of a limit below 128 an eighth is kept, so that most of it is left for connections (arbitrary).</summary>
    private const int Share = 8;

    /// <summary>How many there are.</summary>
    public int Size => Math.Min(Most, limit / Share);

    /// <summary>By the limit in force now.</summary>
    public static DescriptorHeadroom Read()
    {
        SysResult read = ResourceLimits.GetDescriptors();
        return new DescriptorHeadroom(read.IsError ? int.MaxValue : read.Value);
    }

    /// <summary>Asks for one more descriptor, and gives it back.</summary>
    /// <param name="descriptor">Any that is open.</param>
    /// <returns><see cref="Errno.EMFILE"/> when it is one of the last; the kernel's error when there is none at all.</returns>
    public static SysResult Probe(int descriptor)
    {
        SysResult probe = FileFlags.Duplicate(descriptor);
        if (probe.IsError)
        {
            return probe;
        }

        SocketCalls.Close(probe.Value);
        return Read().Has(probe.Value) ? SysResult.Failure(Errno.EMFILE) : SysResult.Success();
    }

    /// <summary>True for one of the last: fewer than <see cref="Size"/> are free.</summary>
    public bool Has(int descriptor) => descriptor >= limit - Size;

    /// <summary>True for a number so high that care must be taken: in the upper half (arbitrary), or so that the next few could be one of the last.</summary>
    /// <param name="descriptor">The number.</param>
    /// <param name="next">How many may be opened before there is another look.</param>
    public bool IsNear(int descriptor, int next) => descriptor >= limit / 2 || descriptor >= limit - Size - (long)next;
}
