using System.Buffers;
using Netpoll.Actors.Rpc;
using Netpoll.Actors.Rpc.Calling;
using Netpoll.Actors.Rpc.Protocol;
using Netpoll.Actors.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace Netpoll.Actors.Tests.Rpc.Calling;

/// <summary>
/// A hundred callers of a typed method, four connections, and a server of the RPC protocol that answers out of order, late, not at all, and closes its
/// connections: every call ends exactly once, with its own answer or a clear failure.
/// </summary>
[Collection(Alone.Name)]
public sealed class RpcProtocolChaosSpec(ITestOutputHelper output) : NetpollSpec(output)
{
    private const int Callers = 100;

    private readonly ITestOutputHelper _output = output;
    private int _cancels;

    [Fact]
    public async Task Every_call_ends_once_with_its_own_answer_or_a_clear_failure()
    {
        int calls = ChaosOutcomes.Calls;
        using UnrulyServer server = new(AnswerTo);
        await using RpcServiceClient client = Sys.Netpoll().RpcService(server.Address, LongSerializer.Instance, new RpcClientOptions
        {
            Connections = ConnectionPolicy.Mux(4),
            Reconnect = new BackOff { First = TimeSpan.FromMilliseconds(1), Max = TimeSpan.FromMilliseconds(20) },
        });

        RpcUnary<long, long> method = client.Unary<long, long>("echo");
        ChaosOutcomes outcomes = new();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(method, caller, calls / Callers, outcomes))));
        _output.WriteLine($"{outcomes}; {_cancels} cancels; {client.GetStats()}");

        Assert.Equal(calls / Callers * Callers, outcomes.Total);
        Assert.True(outcomes.Answered > 0 && outcomes.TimedOut > 0 && outcomes.Cancelled > 0 && outcomes.Lost > 0);
        Assert.True(client.GetStats().LateAnswers > 0);

        // Also those that were cancelled have given their places back.
        await Eventually.TrueAsync(() => client.GetStats().InFlight == 0, () => client.GetStats().ToString());
    }

    private static async Task CallAsync(RpcUnary<long, long> method, int caller, int calls, ChaosOutcomes outcomes)
    {
        Random random = new(caller);
        for (int i = 0; i < calls; i++)
        {
            long request = ((long)caller << 32) + i;
            using CancellationTokenSource? cancellation = random.Next(100) == 0 ? new CancellationTokenSource(random.Next(3)) : null;
            try
            {
                Assert.Equal(
                    request, await method.CallAsync(request, TimeSpan.FromMilliseconds(random.Next(20, 200)), cancellation?.Token ?? default).InTime());
                Interlocked.Increment(ref outcomes.Answered);
            }
            catch (RpcStatusException timedOut) when (timedOut.Status == RpcStatus.DeadlineExceeded)
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

    private byte[]? AnswerTo(byte[] frame)
    {
        RpcDefect defect = RpcCodec.Server.TryRead(new ReadOnlySequence<byte>(frame), out RpcMessage message);
        if (defect != RpcDefect.None)
        {
            throw new InvalidDataException($"The client sent what is no message ({defect}).");
        }

        if (message.Kind == RpcKind.Cancel)
        {
            Interlocked.Increment(ref _cancels);
            return null;
        }

        ArrayBufferWriter<byte> answer = new();
        RpcWriter.WriteResponse(answer, message.Id);
        answer.Write(message.Payload.ToArray());
        return answer.WrittenSpan.ToArray();
    }
}
