using System.Buffers.Binary;
using System.Net.Sockets;
using Netpoll.Actors.Tests.Infrastructure;

namespace Netpoll.Actors.Tests.Connections.Model;

/// <summary>The other end of a connection: sends its frames in pieces, reads what it likes, and never blocks.</summary>
internal sealed class ModelPeer(Socket socket, ModelLife life) : IDisposable
{
    private readonly byte[] _piece = new byte[16 * 1024];
    private readonly List<byte> _toSend = [];
    private readonly List<byte> _received = [];

    /// <summary>The server's end has come, or the peer is gone itself: nothing more is read.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Nothing can be sent any more.</summary>
    public bool IsSendingOver { get; private set; }

    /// <summary>The server's end was a close and not a reset.</summary>
    public bool IsOrderlyEnd { get; private set; }

    /// <summary>Everything was sent, the sending side was then closed, and it was not the peer who ended reading.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Its socket is closed.</summary>
    public bool IsGone { get; private set; }

    public void Queue(byte[] payload) => _toSend.AddRange(RawClient.Frame(payload));

    /// <summary>Sends so many of the bytes that are queued, if the kernel takes them.</summary>
    public bool Send(int bytes)
    {
        bytes = Math.Min(bytes, _toSend.Count);
        if (bytes == 0 || IsSendingOver)
        {
            return false;
        }

        int sent = socket.Send(_toSend[..bytes].ToArray(), SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            life.Note($"peer-send-failed({error})");
            IsSendingOver = true;
        }

        _toSend.RemoveRange(0, error == SocketError.Success ? sent : 0);
        return error == SocketError.Success;
    }

    /// <summary>Reads at most so many bytes, if there are any.</summary>
    public bool Receive(int bytes)
    {
        if (IsOver)
        {
            return false;
        }

        int received = socket.Receive(_piece.AsSpan(0, Math.Min(bytes, _piece.Length)), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success || received == 0)
        {
            IsOver = true;
            IsOrderlyEnd = error == SocketError.Success;
            life.Note($"peer-read-end({error})");
            return true;
        }

        _received.AddRange(_piece.AsSpan(0, received));
        CutFrames();
        return true;
    }

    /// <summary>Closes the sending side; what is queued is then not sent.</summary>
    public void CloseSending()
    {
        if (IsSendingOver)
        {
            return;
        }

        IsSendingOver = true;
        IsFinished = _toSend.Count == 0;
        life.Note(IsFinished ? "peer-half-close" : "peer-cut-off");
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server was faster.
            IsFinished = false;
        }
    }

    /// <summary>Sends everything, closes the sending side, and reads to the end.</summary>
    public async Task FinishAsync(Random random)
    {
        int chunk = random.Next(1, 3) == 1 ? random.Next(200, 2000) : 1 << 16;
        await Eventually.TrueAsync(() =>
        {
            while (Send(chunk) | Receive(chunk))
            {
            }

            if (_toSend.Count == 0)
            {
                CloseSending();
            }

            return IsOver;
        }, () => $"the connection never ended: {life.Log}");
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose()
    {
        IsFinished &= IsOver;
        (IsOver, IsSendingOver, IsGone) = (true, true, true);
        socket.Dispose();
    }

    private void CutFrames()
    {
        int at = 0;
        while (_received.Count - at >= 4)
        {
            Span<byte> all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_received)[at..];
            int length = BinaryPrimitives.ReadInt32BigEndian(all);
            if (all.Length < 4 + length)
            {
                break;
            }

            life.OnAnswer(all.Slice(4, length).ToArray());
            at += 4 + length;
        }

        _received.RemoveRange(0, at);
    }
}
