using System.Buffers;
using System.Buffers.Binary;
using Netpoll.Actors.Framing;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc;

/// <summary>
/// A hundred callers and a server that answers out of order, late, not at all, and closes its connections: every call ends exactly once, with
/// its own answer or a clear failure. <c>NETPOLL_RPC_CALLS</c> sets how many calls; 50,000 by default.
/// </summary>
[Collection(Alone.Name)]
public sealed class RpcChaosSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int Callers = 100;

    private readonly ITestOutputHelper _output = output;
    private readonly Lock _lock = new();
    private readonly Random _random = new(1);
    private readonly Dictionary<RawFrameServer.Connection, List<byte[]>> _heldBack = [];

    [Fact]
    public async Task Every_call_ends_once_with_its_own_answer_or_a_clear_failure()
    {
        int calls = int.Parse(Environment.GetEnvironmentVariable("NETPOLL_RPC_CALLS") ?? "50000", System.Globalization.CultureInfo.InvariantCulture);
        using RawFrameServer server = new(Misbehave);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Connections = ConnectionPolicy.Mux(4),
            Protocol = CallProtocols.WithIds,
            Reconnect = new BackOff { First = TimeSpan.FromMilliseconds(1), Max = TimeSpan.FromMilliseconds(20) },
        });

        Outcomes outcomes = new();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(rpc, caller, calls / Callers, outcomes))));
        _output.WriteLine($"{outcomes}; {rpc.GetStats()}");

        Assert.Equal(calls / Callers * Callers, outcomes.Total);
        Assert.True(outcomes.Answered > 0 && outcomes.TimedOut > 0 && outcomes.Cancelled > 0 && outcomes.Lost > 0);
        Assert.True(rpc.GetStats().LateAnswers > 0);

        // Also those that were cancelled have given their places back.
        await Eventually.TrueAsync(() => rpc.GetStats().InFlight == 0, () => rpc.GetStats().ToString());
    }

    private static async Task CallAsync(RpcChannel rpc, int caller, int calls, Outcomes outcomes)
    {
        Random random = new(caller);
        byte[] payload = new byte[16];
        for (int i = 0; i < calls; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload, caller);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), i);
            using CancellationTokenSource? cancellation = random.Next(100) == 0 ? new CancellationTokenSource(random.Next(3)) : null;
            try
            {
                using Response answer = await rpc
                    .CallAsync(payload, TimeSpan.FromMilliseconds(random.Next(20, 200)), cancellation?.Token ?? default).InTime();
                Assert.Equal(payload, answer.Payload.ToArray());
                Interlocked.Increment(ref outcomes.Answered);
            }
            catch (TimeoutException timedOut) when (timedOut.Message.StartsWith("No answer within", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref outcomes.TimedOut);
            }
            catch (OperationCanceledException) when (cancellation is not null)
            {
                Interlocked.Increment(ref outcomes.Cancelled);
            }
            catch (RpcConnectionException)
            {
                Interlocked.Increment(ref outcomes.Lost);
            }
        }
    }

    private void Misbehave(RawFrameServer.Connection connection, byte[] frame)
    {
        int dice;
        List<byte[]>? shuffled = null;
        lock (_lock)
        {
            dice = _random.Next(2000);
            if (dice >= 20)
            {
                // Some answers are kept back, and then all leave in another order.
                if (!_heldBack.TryGetValue(connection, out List<byte[]>? held))
                {
                    _heldBack[connection] = held = [];
                }

                held.Add(frame);
                if (_random.Next(4) == 0)
                {
                    _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(held));
                    shuffled = [.. held];
                    held.Clear();
                }
            }
            else if (dice == 0)
            {
                _heldBack.Remove(connection);
            }
        }

        switch (dice)
        {
            case 0:
                connection.Close();
                break;
            case < 5:
                // Dropped.
                break;
            case < 20:
                _ = Task.Delay(dice * 20).ContinueWith(_ => connection.Send(frame), TaskScheduler.Default);
                break;
            default:
                shuffled?.ForEach(answer => connection.Send(answer));
                break;
        }
    }

    private sealed class Outcomes
    {
        public int Answered;
        public int TimedOut;
        public int Cancelled;
        public int Lost;

        public int Total => Answered + TimedOut + Cancelled + Lost;

        public override string ToString() => $"{Answered} answered, {TimedOut} timed out, {Cancelled} cancelled, {Lost} lost their connection";
    }
}
