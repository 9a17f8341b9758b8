using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Netpoll.Soak.Serving;

namespace Netpoll.Soak.Soaking;

/// <summary>The peer's end of a connection, on a plain .NET socket.</summary>
internal sealed class SoakPeer : IDisposable
{
    private const int HeadBytes = 4;

    /// <summary>So many loopback addresses connections come from, because a port rests for a minute after its connection.</summary>
    private const int Sources = 200;

    /// <summary>A server that lets anybody wait for longer is stuck.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Socket _socket;

    private SoakPeer(Socket socket) => _socket = socket;

    public static async Task<SoakPeer> ConnectAsync(IPEndPoint address, Random random)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)random.Next(1, Sources)]), 0));
            await socket.ConnectAsync(address).WaitAsync(s_patience);
            return new SoakPeer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A request as it is sent.</summary>
    public static byte[] Frame(Ask ask, int size, Random random)
    {
        byte[] frame = new byte[HeadBytes + Math.Max(1, size)];
        random.NextBytes(frame);
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - HeadBytes);
        frame[HeadBytes] = (byte)ask;
        return frame;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes).AsTask().WaitAsync(s_patience)..];
        }
    }

    /// <summary>Receives exactly these bytes.</summary>
    /// <exception cref="SoakException">Others came, or the end.</exception>
    public async Task ExpectAsync(ReadOnlyMemory<byte> bytes, int pieceBytes = int.MaxValue, TimeSpan pause = default)
    {
        byte[] piece = new byte[Math.Min(bytes.Length, Math.Min(pieceBytes, 64 * 1024))];
        while (!bytes.IsEmpty)
        {
            int received = await ReceiveAsync(piece.AsMemory(0, Math.Min(piece.Length, bytes.Length)));
            if (received == 0 || !piece.AsSpan(0, received).SequenceEqual(bytes.Span[..received]))
            {
                throw new SoakException(received == 0 ? $"the end came, and {bytes.Length} bytes were still to come" : "other bytes came than were owed");
            }

            bytes = bytes[received..];
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause);
            }
        }
    }

    /// <summary>Receives a big answer.</summary>
    public async Task ExpectPatternAsync(int size, int pieceBytes = int.MaxValue, TimeSpan pause = default)
    {
        byte[] answer = new byte[HeadBytes + size];
        BinaryPrimitives.WriteInt32BigEndian(answer, size);
        Pattern.Bytes(size).CopyTo(answer.AsSpan(HeadBytes));
        await ExpectAsync(answer, pieceBytes, pause);
    }

    /// <summary>Receives the end, and nothing before it.</summary>
    /// <param name="mayBeReset">Whether a reset is as good.</param>
    /// <exception cref="SoakException">Something else came.</exception>
    public async Task ExpectEndAsync(bool mayBeReset)
    {
        try
        {
            if (await ReceiveAsync(new byte[1]) > 0)
            {
                throw new SoakException("bytes came that nobody had asked for");
            }
        }
        catch (SocketException reset) when (mayBeReset && reset.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset() => _socket.Close(0);

    public void Dispose() => _socket.Dispose();

    private Task<int> ReceiveAsync(Memory<byte> into) => _socket.ReceiveAsync(into).AsTask().WaitAsync(s_patience);
}

/// <summary>The server did what it must not do.</summary>
internal sealed class SoakException(string what) : Exception(what);
