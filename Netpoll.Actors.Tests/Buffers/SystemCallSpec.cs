using System.Runtime.InteropServices;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Native;
using Xunit;

namespace Netpoll.Actors.Tests.Buffers;

/// <summary>The vectors as the kernel takes them: written and read through a real pair of sockets.</summary>
public sealed unsafe partial class SystemCallSpec : BufferSpec
{
    private const int AfUnix = 1;
    private const int SockStream = 1;

    private static readonly byte[][] s_pieces = ["first line\n"u8.ToArray(), "second line\n"u8.ToArray(), [], "3rd line"u8.ToArray()];

    [SkippableFact]
    public void C42_The_kernel_takes_the_vectors_of_a_chain() => Roundtrip(static (fd, vectors, count) => Writev(fd, vectors, count));

    [SkippableFact]
    public void C44_The_kernel_takes_the_vectors_as_a_message() => Roundtrip(static (fd, vectors, count) =>
    {
        var message = new MessageHeader { Vectors = vectors, VectorCount = (nuint)count };
        return Sendmsg(fd, &message, 0);
    });

    [SkippableFact]
    public void C43_The_kernel_fills_the_tail_and_the_fresh_block()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        int* pair = stackalloc int[2];
        Assert.Equal(0, Socketpair(AfUnix, SockStream, 0, pair));
        LinkBuffer buffer = NewBuffer();
        Receive(buffer, Count(8180));
        byte[] sent = Count(31, 100);
        fixed (byte* start = sent)
        {
            var vector = new IoVector { Base = start, Length = 31 };
            Assert.Equal(31, Writev(pair[0], &vector, 1));
        }

        IoVector* vectors = stackalloc IoVector[2];
        int count = buffer.GetReadVectors(new Span<IoVector>(vectors, 2), out _);
        Assert.Equal(2, count);
        buffer.CommitRead((int)Readv(pair[1], vectors, count));
        buffer.Skip(8180);

        Assert.Equal(sent, buffer.ReadBinary(31));
        Assert.Equal(0, Close(pair[0]) | Close(pair[1]));
    }

    private delegate nint Write(int fd, IoVector* vectors, int count);

    private void Roundtrip(Write write)
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        int* pair = stackalloc int[2];
        Assert.Equal(0, Socketpair(AfUnix, SockStream, 0, pair));
        LinkBuffer buffer = Chain(s_pieces);
        IoVector* vectors = stackalloc IoVector[8];
        int count = buffer.GetWriteVectors(new Span<IoVector>(vectors, 8));
        Assert.Equal(3, count);
        Assert.Equal(31, write(pair[0], vectors, count));
        buffer.Skip(31);
        buffer.Release();

        LinkBuffer input = NewBuffer();
        count = input.GetReadVectors(new Span<IoVector>(vectors, 2), out _);
        input.CommitRead((int)Readv(pair[1], vectors, count));
        Assert.Equal(s_pieces.SelectMany(static p => p), input.ReadBinary(31));
        Assert.Equal(0, Close(pair[0]) | Close(pair[1]));
    }

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int Socketpair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "writev")]
    private static partial nint Writev(int fd, void* vectors, int count);

    [LibraryImport("libc", EntryPoint = "readv")]
    private static partial nint Readv(int fd, void* vectors, int count);

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    private static partial nint Sendmsg(int fd, void* message, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
