using System.Runtime.InteropServices;

namespace Netpoll.Poller.Native;

/// <summary>
/// An exclusive advisory lock on a directory (<c>flock(2)</c>): it leaves no file behind, and the kernel gives it back when its process dies.
/// Processes that do not ask for it are not kept out.
/// </summary>
internal sealed partial class DirectoryLock : IDisposable
{
    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;

    private readonly int _descriptor;

    private DirectoryLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes the lock, unless somebody has it.</summary>
    /// <param name="directory">A path.</param>
    /// <param name="taken">The lock, to be disposed; or null.</param>
    /// <returns><see cref="Errno.EAGAIN"/> when somebody has it; another error when the directory cannot be opened.</returns>
    public static SysResult TryTake(string directory, out DirectoryLock? taken)
    {
        taken = null;
        SysResult opened = SysResult.From(open(directory, Platform.Current.OpenDirectory));
        if (opened.IsError)
        {
            return opened;
        }

        SysResult locked = SysResult.From(flock(opened.Value, LOCK_EX | LOCK_NB));
        if (locked.IsError)
        {
            SocketCalls.Close(opened.Value);
            return locked;
        }

        taken = new DirectoryLock(opened.Value);
        return locked;
    }

    public void Dispose() => SocketCalls.Close(_descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int descriptor, int operation);
}
