using System.ComponentModel;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling;

/// <summary>A pipe to oneself, by which other threads wake a poller where there is no eventfd. Holds at most one byte at a time.</summary>
internal sealed class WakeUpPipe : IDisposable
{
    private readonly SocketHandle _readEnd;

    // A handle and not a number: whoever wakes may come to it only after the poller was disposed, when the number may be a stranger's.
    private readonly SocketHandle _writeEnd;
    private int _isSet;

    /// <exception cref="Win32Exception">The process is out of descriptors.</exception>
    public WakeUpPipe()
    {
        ThrowIfError(Pipe.Create(out int readEnd, out int writeEnd), "pipe");
        (_readEnd, _writeEnd) = (new SocketHandle(readEnd), new SocketHandle(writeEnd));
    }

    /// <summary>Readable from <see cref="Set"/> until <see cref="Drain"/>.</summary>
    public int Descriptor => _readEnd.Descriptor;

    /// <summary>Makes the descriptor readable. Any thread, also after disposal, when it does nothing.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) != 0)
        {
            return;
        }

        bool isHeld = false;
        try
        {
            _writeEnd.DangerousAddRef(ref isHeld);

            // SAFETY: the reference keeps the descriptor open until the byte is written.
            ThrowIfError(Pipe.WriteByte((int)_writeEnd.DangerousGetHandle()), "write to a pipe");
        }
        catch (ObjectDisposedException)
        {
            // IGNORED: nobody waits any more.
        }
        finally
        {
            if (isHeld)
            {
                _writeEnd.DangerousRelease();
            }
        }
    }

    /// <summary>Takes the signal. The poller's thread.</summary>
    public void Drain()
    {
        // In this order. A signal between the two writes nothing, and needs not: the wait that it was to end has ended. The other way round
        // its byte would be read here while it still counts as given, and nobody would ever write another.
        ThrowIfError(Pipe.Read(Descriptor), "read from a pipe");
        Interlocked.Exchange(ref _isSet, 0);
    }

    public void Dispose()
    {
        _readEnd.Dispose();
        _writeEnd.Dispose();
    }

    private static void ThrowIfError(SysResult result, string call)
    {
        // EAGAIN: what was to be read is gone already, or what was to be written is there.
        if (result.IsError && !result.WouldBlock)
        {
            result.ValueOrThrow(call);
        }
    }
}
