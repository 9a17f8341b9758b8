using System.Net;
using Netpoll.Soak.Serving;

namespace Netpoll.Soak.Soaking;

/// <summary>One connection: opened, used, and ended in one of the ways in which connections end.</summary>
internal static class RandomLife
{
    private const int MostCalls = 8;

    /// <summary>Lives it.</summary>
    /// <returns>How it ended.</returns>
    public static async Task<string> LiveAsync(IPEndPoint server, Random random, Pace pace)
    {
        using SoakPeer peer = await SoakPeer.ConnectAsync(server, random);
        for (int calls = random.Next(MostCalls); calls > 0 && !pace.IsOver; calls--)
        {
            await pace.NextAsync(random);
            await CallAsync(peer, random);
        }

        await pace.NextAsync(random);
        return await EndAsync(peer, random);
    }

    private static async Task CallAsync(SoakPeer peer, Random random)
    {
        switch (random.Next(20))
        {
            case 0:
                await ReadSlowlyAsync(peer, random);
                break;
            case 1:
                await SendInPiecesAsync(peer, random);
                break;
            case 2 or 3:
                await CallAsync(peer, random, requests: random.Next(2, 30), mostBytes: 500);
                break;
            case 4:
                await CallAsync(peer, random, requests: 1, mostBytes: 200_000);
                break;
            default:
                await CallAsync(peer, random, requests: 1, mostBytes: 2000);
                break;
        }
    }

    private static async Task CallAsync(SoakPeer peer, Random random, int requests, int mostBytes)
    {
        byte[] all = [.. Enumerable.Range(0, requests).SelectMany(_ => SoakPeer.Frame((Ask)random.Next((int)Ask.Big), random.Next(mostBytes), random))];
        Task sending = peer.SendAsync(all);
        await peer.ExpectAsync(all);
        await sending;
    }

    // More than the server's high-water mark and the kernel's buffers, perhaps: the server has to wait for it.
    private static async Task ReadSlowlyAsync(SoakPeer peer, Random random)
    {
        int size = random.Next(1, Pattern.MaxBytes);
        await peer.SendAsync(BigRequest(size, random));
        await peer.ExpectPatternAsync(size, pieceBytes: 8000, pause: TimeSpan.FromMilliseconds(5));
    }

    private static async Task SendInPiecesAsync(SoakPeer peer, Random random)
    {
        byte[] frame = SoakPeer.Frame(Ask.Copy, random.Next(3, 20_000), random);
        int at = 0;
        while (at < frame.Length)
        {
            int piece = Math.Min(random.Next(1, 1 + (frame.Length / 2)), frame.Length - at);
            await peer.SendAsync(frame.AsMemory(at, piece));
            await Task.Delay(random.Next(3));
            at += piece;
        }

        await peer.ExpectAsync(frame);
    }

    private static byte[] BigRequest(int size, Random random)
    {
        byte[] frame = SoakPeer.Frame(Ask.Big, 5, random);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), size);
        return frame;
    }

    private static async Task<string> EndAsync(SoakPeer peer, Random random)
    {
        byte[] last;
        switch (random.Next(10))
        {
            case 0:
                peer.Reset();
                return "reset";
            case 1:
                await peer.SendAsync(SoakPeer.Frame(Ask.Echo, 2000, random).AsMemory(0, random.Next(1, 2000)));
                return "vanished in a frame";
            case 2:
                await peer.SendAsync(SoakPeer.Frame(Ask.Later, 50_000, random).AsMemory(0, random.Next(1, 50_000)));
                peer.Reset();
                return "reset in a frame";
            case 3:
                await peer.SendAsync(BigRequest(Pattern.MaxBytes, random));
                return "closed with the answer on its way";
            case 4:
                last = SoakPeer.Frame(Ask.Later, random.Next(5000), random);
                await peer.SendAsync(last);
                peer.CloseSending();
                await peer.ExpectAsync(last);
                await peer.ExpectEndAsync(mayBeReset: false);
                return "half closed";
            case 5:
                last = SoakPeer.Frame(Ask.Close, random.Next(5000), random);
                await peer.SendAsync(last);
                await peer.ExpectAsync(last);
                await peer.ExpectEndAsync(mayBeReset: false);
                return "closed by the server";
            case 6:
                last = SoakPeer.Frame(Ask.CloseOutput, random.Next(5000), random);
                await peer.SendAsync(last);
                await peer.ExpectAsync(last);
                await peer.ExpectEndAsync(mayBeReset: false);
                return "half closed by the server";
            case 7:
                await peer.SendAsync(SoakPeer.Frame(Ask.Abort, 10, random));
                await peer.ExpectEndAsync(mayBeReset: true);
                return "reset by the server";
            case 8:
                await peer.SendAsync(SoakPeer.Frame(Ask.Throw, 10, random));
                await peer.ExpectEndAsync(mayBeReset: false);
                return "ended by a failure";
            default:
                return "closed";
        }
    }
}
