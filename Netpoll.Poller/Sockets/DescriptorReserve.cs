using Netpoll.Poller.Native;

namespace Netpoll.Poller.Sockets;

/// <summary>
/// A few descriptors that no connection may have. Who accepts calls <see cref="Release"/> when the process is out of descriptors, which leaves these to the runtime
/// and to the application's files; and <see cref="TryTake"/> before it accepts again. Until that succeeds new connections wait in the kernel's queue.
/// Any thread.
/// </summary>
/// <remarks>
/// .NET's runtime ends the process when a thread that it needs, such as its compiler's, finds no descriptor. Between taking the reserve and
/// finding that there is nothing beside it, which is some microseconds at each try, there is none for it.
/// </remarks>
public sealed class DescriptorReserve : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<SysResult> _open;
    private readonly int[] _descriptors;
    private int _held;
    private bool _isDisposed;

    /// <summary>Takes the reserve, if the process has so many descriptors.</summary>
    /// <param name="count">How many descriptors it keeps, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is 0 or negative.</exception>
    public DescriptorReserve(int count)
        : this(count, NullFile.Open)
    {
    }

    internal DescriptorReserve(int count, Func<SysResult> open)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _descriptors = new int[count];
        _open = open;
        TryTake();
    }

    /// <summary>Takes back what was released. Costs no system call when nothing was.</summary>
    /// <returns>
    /// False when the process or the machine is out of descriptors or memory: the reserve is then empty still, and nothing may be accepted. True also where
    /// there can be no reserve, for lack of <c>/dev/null</c>.
    /// </returns>
    public bool TryTake()
    {
        lock (_lock)
        {
            while (_held < _descriptors.Length && !_isDisposed)
            {
                SysResult opened = _open();
                if (opened.IsError)
                {
                    ReleaseUnsynchronized();
                    return opened.Errno is not (Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM);
                }

                _descriptors[_held++] = opened.Value;
            }

            return true;
        }
    }

    /// <summary>Leaves the descriptors to whoever needs some. Harmless when repeated.</summary>
    public void Release()
    {
        lock (_lock)
        {
            ReleaseUnsynchronized();
        }
    }

    /// <summary>Releases the descriptors for good: from here on nothing is kept back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            ReleaseUnsynchronized();
        }
    }

    private void ReleaseUnsynchronized()
    {
        while (_held > 0)
        {
            SocketCalls.Close(_descriptors[--_held]);
        }
    }
}
