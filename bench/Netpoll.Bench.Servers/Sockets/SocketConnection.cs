using System.Buffers;
using System.Net.Sockets;
using Netpoll.Bench.Servers.Frames;

namespace Netpoll.Bench.Servers.Sockets;

/// <summary>One connection: receive, answer all whole frames of what came with one send, and again. Owns the socket.</summary>
internal sealed class SocketConnection(Socket socket)
{
    /// <summary>The first buffer; it doubles whenever a receive fills it, up to the other. Both arbitrary: what Kestrel's blocks hold, and the yardstick's room.</summary>
    private const int LeastBytes = 4 << 10;

    private const int MostBytes = 256 << 10;

    private byte[] _input = ArrayPool<byte>.Shared.Rent(LeastBytes);
    private int _received;

    /// <summary>Serves until the peer closes or the socket fails.</summary>
    public async Task RunAsync()
    {
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(_input.AsMemory(_received))) > 0)
            {
                _received += count;
                await AnswerAsync();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            // IGNORED: the client sees the connection end, and counts it as an error.
        }
        finally
        {
            socket.Dispose();
            ArrayPool<byte>.Shared.Return(_input);
        }
    }

    private async ValueTask AnswerAsync()
    {
        bool isFull = _received == _input.Length;
        int whole = FrameScanner.WholeBytes(_input.AsSpan(0, _received), out int needed);
        if (whole > 0)
        {
            // The answer has a buffer of its own, as an RPC server's would.
            byte[] output = ArrayPool<byte>.Shared.Rent(whole);
            _input.AsSpan(0, whole).CopyTo(output);
            for (int sent = 0; sent < whole;)
            {
                sent += await socket.SendAsync(output.AsMemory(sent, whole - sent));
            }

            ArrayPool<byte>.Shared.Return(output);
        }

        _received -= whole;
        int room = Math.Max(needed, isFull ? Math.Min(2 * _input.Length, MostBytes) : 0);
        if (room > _input.Length)
        {
            Grow(whole, room);
        }
        else if (whole > 0)
        {
            _input.AsSpan(whole, _received).CopyTo(_input);
        }
    }

    private void Grow(int begin, int room)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(room);
        _input.AsSpan(begin, _received).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_input);
        _input = larger;
    }
}
