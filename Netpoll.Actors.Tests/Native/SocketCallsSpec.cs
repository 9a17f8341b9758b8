using System.Text;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Native;
using Netpoll.Poller.Polling;
using Netpoll.Poller.Sockets;
using Xunit;

namespace Netpoll.Actors.Tests.Native;

/// <summary>The calls that move bytes. The numbers in the names are those of the conformance table.</summary>
public sealed unsafe class SocketCallsSpec : IDisposable
{
    private static readonly string[] s_pieces = ["", "first line", "second line", "third line", ""];

    private readonly ConnectedPair _pair = ConnectedPair.Unix();

    private int Near => _pair.NearSocket.Descriptor;

    private int Far => _pair.FarSocket.Descriptor;

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void C42_C43_C44_Pieces_are_gathered_and_scattered_with_empty_ones_among_them()
    {
        byte[][] sent = Array.ConvertAll(s_pieces, Encoding.ASCII.GetBytes);
        Assert.Equal(31, WithVectors(sent, vectors => SocketCalls.Send(Near, vectors).Value));

        byte[][] received = [[], new byte[10], new byte[11], new byte[10], []];
        Assert.Equal(31, WithVectors(received, vectors => SocketCalls.Receive(Far, vectors).Value));
        Assert.Equal(s_pieces, Array.ConvertAll(received, Encoding.ASCII.GetString));
    }

    [Fact]
    public void One_piece_is_sent_and_received()
    {
        byte[] received = new byte[8];
        Assert.Equal(5, WithVectors(["hello"u8.ToArray()], vectors => SocketCalls.Send(Near, vectors[0]).Value));
        Assert.Equal(5, WithVectors([received], vectors => SocketCalls.Receive(Far, vectors[0]).Value));
        Assert.Equal("hello\0\0\0"u8.ToArray(), received);
    }

    [Fact]
    public void An_empty_socket_says_try_again_and_a_closed_one_says_end()
    {
        Assert.True(WithVectors([new byte[1]], vectors => SocketCalls.Receive(Near, vectors).WouldBlock));
        Assert.True(WithVectors([new byte[1]], vectors => SocketCalls.Receive(Near, vectors[0]).WouldBlock));
        _pair.Far.Close();
        Assert.Equal(0, WithVectors([new byte[1]], vectors => SocketCalls.Receive(Near, vectors).Value));
    }

    [Fact]
    public void Sending_to_a_closed_peer_is_an_error_number_and_no_signal()
    {
        _pair.Far.Close();
        Assert.Equal(Errno.EPIPE, WithVectors([new byte[1]], vectors => SocketCalls.Send(Near, vectors[0]).Errno));
        Assert.Equal(Errno.EPIPE, WithVectors([new byte[1], new byte[1]], vectors => SocketCalls.Send(Near, vectors).Errno));
    }

    [Fact]
    public void Calls_on_no_descriptor_are_bad_descriptor_errors()
    {
        Assert.Equal(Errno.EBADF, WithVectors([new byte[1]], vectors => SocketCalls.Receive(-1, vectors).Errno));
        Assert.Equal(Errno.EBADF, WithVectors([new byte[1]], vectors => SocketCalls.Send(-1, vectors).Errno));
        Assert.Equal(Errno.EBADF, SocketCalls.Accept(-1, new byte[SocketCalls.MaxAddressBytes], out _).Errno);
        Assert.Equal(Errno.EBADF, SocketCalls.Shutdown(-1, SocketCalls.SHUT_WR).Errno);
        Assert.Equal(Errno.EBADF, SocketCalls.GetOption(-1, Platform.Current.SO_ERROR).Errno);
        Assert.Equal(Errno.EBADF, SocketCalls.Close(-1).Errno);
    }

    [Fact]
    public void Sockets_are_not_inherited_and_do_not_block()
    {
        foreach (int descriptor in new[] { Near, Far })
        {
            string flags = File.ReadLines($"/proc/self/fdinfo/{descriptor}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            int value = Convert.ToInt32(flags["flags:".Length..].Trim(), 8);
            Assert.Equal(0x80000 | 0x800, value & (0x80000 | 0x800));
        }
    }

    [Fact]
    public void Signals_of_an_event_descriptor_add_up_to_one_readiness()
    {
        using SocketHandle signal = new(EventFd.Create().Value);
        Assert.Equal(PollReadiness.None, Readiness.Now(signal.Descriptor, PollInterest.Read));
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(sizeof(ulong), EventFd.Signal(signal.Descriptor).Value);
        }

        Assert.Equal(PollReadiness.Readable, Readiness.Now(signal.Descriptor, PollInterest.Read));
        Assert.Equal(Errno.EBADF, EventFd.Signal(-1).Errno);
    }

    private static T WithVectors<T>(byte[][] pieces, Func<IoVector[], T> call)
    {
        IoVector[] vectors = new IoVector[pieces.Length];
        var pins = Array.ConvertAll(pieces, piece => piece.AsMemory().Pin());
        try
        {
            for (int i = 0; i < pieces.Length; i++)
            {
                vectors[i] = new IoVector { Base = pins[i].Pointer, Length = (nuint)pieces[i].Length };
            }

            return call(vectors);
        }
        finally
        {
            Array.ForEach(pins, pin => pin.Dispose());
        }
    }
}
