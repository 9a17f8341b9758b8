using System.ComponentModel;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Netpoll.Poller.Sockets;

namespace Netpoll.Poller.Polling.Uring;

/// <summary>
/// Whether io_uring works here: asked by using it once, because neither a kernel's version nor its list of operations tells
/// what a container's seccomp filter forbids, nor that a receive can be multishot. Any thread.
/// </summary>
internal static class UringProbe
{
    private static readonly Lazy<string?> s_whyNot = new(Try);

    /// <summary>Null when it works, else the reason why it does not, as a sentence without its full stop.</summary>
    public static string? WhyNot => s_whyNot.Value;

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "io_uring is Linux'";
        }

        try
        {
            SysResult made = SocketCalls.CreatePair(out int near, out int far);
            made.ValueOrThrow("socketpair");
            using SocketHandle nearSocket = new(near), farSocket = new(far);
            BlockPool pool = new(new BlockPoolOptions { KeepLeaseStacks = false });
            using UringPoller poller = new(1, pool);
            return EchoesOnce(poller, pool, near, far) ? null : "this kernel's io_uring cannot receive by multishot into provided buffers (it is older than 6.0)";
        }
        catch (Win32Exception refused)
        {
            return refused.Message;
        }
    }

    /// <summary>One byte there and back.</summary>
    private static bool EchoesOnce(UringPoller poller, BlockPool pool, int near, int far)
    {
        using LinkBuffer output = new(pool), input = new(pool);
        output.WriteByte(1);
        output.Flush();
        ICompletionStream sender = poller.AddStream(near, PollInterest.Read | PollInterest.Write, 1);
        ICompletionStream receiver = poller.AddStream(far, PollInterest.Read, 2);
        Span<PollEvent> events = new PollEvent[1];
        SysResult received = default;

        // On a socket pair a send is done when the kernel has taken it, so a few rounds are enough; a kernel that knows no multishot answers EINVAL.
        for (int round = 0; round < 16 && input.IsEmpty && received.Errno is 0 or Errno.EAGAIN; round++)
        {
            _ = sender.Send(output, out _);
            poller.Wait(events, 0);
            received = receiver.Receive(input, out _);
        }

        poller.Remove(near);
        poller.Remove(far);
        return input.Length == 1;
    }
}
