using Netpoll.Actors.Tests.Buffers;
using Netpoll.Actors.Tests.Infrastructure;
using Netpoll.Poller.Buffers;
using Netpoll.Poller.Channels;
using Netpoll.Poller.Polling;
using Xunit;

namespace Netpoll.Actors.Tests.Channels;

/// <summary>Many bytes in random pieces: each arrives once and in its place.</summary>
public sealed class StreamChannelTransferSpec : BufferSpec
{
    private const int Total = 64 * 1024 * 1024;

    /// <summary>A byte's value is a function of its place, so that a lost, doubled or moved piece shows at once.</summary>
    private static readonly byte[] s_pattern = RawClient.RandomBytes(1_000_003, seed: 7);

    [Theory]
    [InlineData("unix", 1)]
    [InlineData("unix", 2)]
    [InlineData("tcp", 3)]
    public void C45_C53_Sixty_four_mebibytes_in_random_pieces_arrive_whole(string kind, int seed)
    {
        Random random = new(seed);
        ConnectedPair pair = Own(ConnectedPair.Of(kind));
        LinkBuffer output = NewBuffer();
        LinkBuffer input = NewBuffer();
        long written = 0;
        long received = 0;
        while (received < Total)
        {
            if (written < Total && output.Length < 1024 * 1024)
            {
                int length = (int)Math.Min(RandomLength(random), Total - written);
                WritePattern(output, written, length, random);
                written += length;
            }

            IoResult sent = pair.Near.Send(output);
            Assert.False(sent.IsFailure, $"seed {seed}: {sent}");
            if (random.Next(4) == 0 && written < Total)
            {
                continue;
            }

            IoResult got = pair.Far.Receive(input, out _);
            Assert.False(got.IsFailure || got.IsEndOfStream, $"seed {seed}: {got}");
            if (got.WouldBlock && written == Total)
            {
                Readiness.Wait(pair.FarSocket.Descriptor, PollInterest.Read);
            }

            while (!input.IsEmpty)
            {
                int length = (int)Math.Min(input.Length, 1 + random.Next(200_000));
                Assert.True(IsPattern(input.Next(length), received), $"seed {seed}: wrong bytes after {received}");
                received += length;
            }

            input.Release();
        }

        pair.Near.ShutdownWrite();
        Readiness.Wait(pair.FarSocket.Descriptor, PollInterest.Read);
        Assert.True(pair.Far.Receive(input, out _).IsEndOfStream);
    }

    [Fact]
    public async Task C45_Two_loops_carry_sixteen_mebibytes_both_ways_at_once()
    {
        const int Each = 16 * 1024 * 1024;
        ConnectedPair pair = Own(ConnectedPair.Tcp());
        await using TestLoop one = new();
        await using TestLoop two = new();
        Task first = await one.RunAsync(() => Exchange.Start(one, pair.Near, Each));
        Task second = await two.RunAsync(() => Exchange.Start(two, pair.Far, Each));
        await Task.WhenAll(first, second).InTime();
    }

    private static int RandomLength(Random random) => random.Next(5) switch
    {
        0 => 1 + random.Next(10),
        1 => 1 + random.Next(5000),
        2 => 1 + random.Next(70_000),
        3 => 1 + random.Next(1_000_000),
        _ => 4096,
    };

    private static void WritePattern(LinkBuffer output, long at, int length, Random random)
    {
        while (length > 0)
        {
            int start = (int)(at % s_pattern.Length);
            int piece = Math.Min(length, s_pattern.Length - start);
            switch (random.Next(3))
            {
                case 0:
                    output.WriteBinary(s_pattern.AsSpan(start, piece));
                    break;
                case 1:
                    output.WriteBinary(s_pattern.AsMemory(start, piece));
                    break;
                default:
                    s_pattern.AsSpan(start, piece).CopyTo(output.Malloc(piece));
                    break;
            }

            at += piece;
            length -= piece;
        }

        output.Flush();
    }

    private static bool IsPattern(ReadOnlySpan<byte> bytes, long at)
    {
        while (!bytes.IsEmpty)
        {
            int start = (int)(at % s_pattern.Length);
            int piece = Math.Min(bytes.Length, s_pattern.Length - start);
            if (!bytes[..piece].SequenceEqual(s_pattern.AsSpan(start, piece)))
            {
                return false;
            }

            bytes = bytes[piece..];
            at += piece;
        }

        return true;
    }

    /// <summary>One end that sends a number of bytes and expects as many, on a loop.</summary>
    private sealed class Exchange(StreamChannel channel, int total) : IStreamReceiver, IDisposable
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly LinkBuffer _input = new();
        private readonly LinkBuffer _output = new();
        private readonly Random _random = new(5);
        private int _written;
        private int _received;

        public static Task Start(TestLoop loop, StreamChannel channel, int total)
        {
            Exchange exchange = new(channel, total);
            loop.Loop.Add(channel, exchange, PollInterest.Read | PollInterest.Write);
            return exchange._done.Task;
        }

        public void OnReadable()
        {
            IoResult got = channel.Receive(_input, out _);
            int length = (int)_input.Length;
            if (got.IsFailure || !IsPattern(_input.Next(length), _received))
            {
                End($"{got} after {_received}");
                return;
            }

            _received += length;
            _input.Release();
            EndIfComplete();
        }

        public void OnWritable()
        {
            if (_output.IsEmpty && _written < total)
            {
                int length = Math.Min(RandomLength(_random), total - _written);
                WritePattern(_output, _written, length, _random);
                _written += length;
            }

            IoResult sent = channel.Send(_output);
            if (sent.IsFailure)
            {
                End($"{sent} after {_written}");
            }
            else if (_output.IsEmpty && _written == total)
            {
                channel.SetInterest(PollInterest.Read);
                EndIfComplete();
            }
        }

        public void OnHangUp() => End("hang-up");

        public void Dispose()
        {
            _input.Dispose();
            _output.Dispose();
        }

        private void EndIfComplete()
        {
            if (_received == total && _written == total && _output.IsEmpty)
            {
                End(null);
            }
        }

        private void End(string? problem)
        {
            channel.SetInterest(PollInterest.None);
            Dispose();
            if (problem is null)
            {
                _done.TrySetResult();
            }
            else
            {
                _done.TrySetException(new InvalidOperationException(problem));
            }
        }
    }
}
