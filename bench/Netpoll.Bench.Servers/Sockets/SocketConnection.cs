using System.Buffers;
using System.Net.Sockets;
using Netpoll.Bench.Servers.Frames;

namespace Netpoll.Bench.Servers.Sockets;

/// <summary>One connection: receive, answer all whole frames of what came, and again. Owns the socket.</summary>
/// <param name="socket">The connected socket.</param>
/// <param name="isMerging">Whether one send answers them all.</param>
internal sealed class SocketConnection(Socket socket, bool isMerging)
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
            // Answers have a buffer of their own, as an RPC server's would.
            byte[] output = ArrayPool<byte>.Shared.Rent(whole);
            int written = 0;
            for (int taken = 0; taken < whole;)
            {
                int frame = FrameScanner.FirstBytes(_input.AsSpan(taken));
                _input.AsSpan(taken, frame).CopyTo(output.AsSpan(written));
                taken += frame;
                written += frame;
                if (!isMerging || taken == whole)
                {
                    await SendAsync(output.AsMemory(0, written));
                    written = 0;
                }
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

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
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
