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
/// its own answer or a clear failure.
/// </summary>
[Collection(Alone.Name)]
public sealed class RpcChaosSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int Callers = 100;

    private readonly ITestOutputHelper _output = output;

    [Fact]
    public async Task Every_call_ends_once_with_its_own_answer_or_a_clear_failure()
    {
        int calls = ChaosOutcomes.Calls;
        using UnrulyServer server = new(frame => frame);
        await using RpcChannel rpc = Sys.Netpoll().Rpc(server.Address, Codecs.LengthField(), new RpcClientOptions
        {
            Connections = ConnectionPolicy.Mux(4),
            Protocol = CallProtocols.WithIds,
            Reconnect = new BackOff { First = TimeSpan.FromMilliseconds(1), Max = TimeSpan.FromMilliseconds(20) },
        });

        ChaosOutcomes outcomes = new();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(rpc, caller, calls / Callers, outcomes))));
        _output.WriteLine($"{outcomes}; {rpc.GetStats()}");

        Assert.Equal(calls / Callers * Callers, outcomes.Total);
        Assert.True(outcomes.Answered > 0 && outcomes.TimedOut > 0 && outcomes.Cancelled > 0 && outcomes.Lost > 0);
        Assert.True(rpc.GetStats().LateAnswers > 0);

        // Also those that were cancelled have given their places back.
        await Eventually.TrueAsync(() => rpc.GetStats().InFlight == 0, () => rpc.GetStats().ToString());
    }

    private static async Task CallAsync(RpcChannel rpc, int caller, int calls, ChaosOutcomes outcomes)
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
}
